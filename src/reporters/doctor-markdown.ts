import { markdownTable } from 'markdown-table';
import type { DoctorResult, Finding, Fix } from '../model/doctor.ts';
import type { TextTable } from './columns.ts';
import { containerTable } from './container-table.ts';
import { describePatient } from './doctor-head.ts';
import { blindLines, describeApplied, nextCommands, remainingFixes, stackParagraphs } from './doctor-lines.ts';
import { changesTable, classTable, describeZlibObjects, peekTable } from './doctor-more-tables.ts';
import { mallocTable, regionTable } from './doctor-tables.ts';
import { growthTable } from './growth-table.ts';
import { pasteLines } from './paste-lines.ts';

/** For an issue or a chat. */
export function renderDoctorMarkdown(result: DoctorResult): string {
  const { evidence, findings, verdict, applied } = result;
  const malloc = mallocTable(evidence, { verbose: true });
  const container = containerTable(evidence, { verbose: true });
  const peeked = peekTable(result);
  const parts = [
    escapeText(describePatient(result)),
    `**${escapeText(verdict)}**`,
    ...(container ? [tableOf(container)] : []),
    ...findings.map((finding) => renderFinding(finding, result)),
    tableOf(regionTable(evidence, { verbose: true })),
    ...[growthTable(evidence), malloc, classTable(evidence, { verbose: true })].filter((table) => table !== undefined).map(tableOf),
    ...describeZlibObjects(evidence),
    ...applied.flatMap((fix) => {
      const table = changesTable(fix);
      return [[describeApplied(fix), ...fix.reasons].map(escapeText).join('\n'), ...(table ? [tableOf(table)] : [])];
    }),
    ...(peeked ? [tableOf(peeked)] : []),
    ...stackParagraphs(result).map((text) => ['```', text, '```'].join('\n')),
    ...listOf('Not looked at:', blindLines(result).map(escapeText)),
    ...listOf(
      'Next:',
      nextCommands(result).map((line) => `\`${line}\``),
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}

function renderFinding(finding: Finding, result: DoctorResult): string {
  const { code, severity, summary } = finding;
  return [`### ${severity}: ${code}`, escapeText(summary), fixList(remainingFixes(finding, result))].join('\n\n');
}

export function fixList(fixes: readonly Fix[]): string {
  const lines = fixes.flatMap((fix) => [
    `- ${escapeText(fix.action)}`,
    ...pasteLines(fix).map(({ where, line }) => `  - ${where}: \`${line}\``),
  ]);
  return lines.join('\n');
}

export function tableOf({ columns, rows }: TextTable): string {
  const head = columns.map(({ heading }) => heading);
  return markdownTable([head, ...rows.map((row) => row.map((cell) => escapeText(cell).replaceAll('\n', '<br>')))]);
}

export function listOf(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [[title, '', ...lines.map((line) => `- ${line}`)].join('\n')];
}

/** Names of files and threads are the program's, and may hold anything. */
export function escapeText(text: string): string {
  return text.replaceAll(/[|*_`<>]/g, '\\$&');
}
