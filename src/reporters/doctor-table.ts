import { styleText } from 'node:util';
import type { DoctorResult, Finding } from '../model/doctor.ts';
import { blindLines, describeApplied, describePatient, nextCommands, stackParagraphs } from './doctor-lines.ts';
import { mallocTable, peekTable, regionTable } from './doctor-tables.ts';
import { pasteLines } from './paste-lines.ts';
import type { TerminalOptions } from './render-options.ts';
import { drawTable } from './terminal-table.ts';
import { wrap } from './wrap.ts';

type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

const indent = '  ';

/** For a person at a terminal: the verdict, what was found and what to do, then where the memory is. */
export function renderDoctorTable(result: DoctorResult, { color, width }: TerminalOptions): string {
  const paint: Paint = (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
  const { evidence, findings, verdict, applied } = result;
  const malloc = mallocTable(evidence);
  const peeked = peekTable(result);
  const parts = [
    describePatient(result),
    paint('bold', wrap(verdict, width)),
    ...findings.map((finding) => renderFinding(finding, width, paint)),
    drawTable(regionTable(evidence), { color }),
    ...(malloc ? [drawTable(malloc, { color })] : []),
    ...applied.map((fix) => [describeApplied(fix), ...fix.reasons].map((line) => wrap(line, width)).join('\n')),
    ...(peeked ? [drawTable(peeked, { color })] : []),
    ...stackParagraphs(result),
    ...titled('Not looked at:', blindLines(result)),
    ...titled('Next:', nextCommands(result)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function renderFinding({ code, severity, summary, fixes }: Finding, width: number, paint: Paint): string {
  const mark = severity === 'problem' ? paint(['red', 'bold'], 'problem') : paint('yellow', 'notice');
  const lines = [`${mark} ${paint('bold', code)}`, ...indented(summary, width)];
  for (const fix of fixes) {
    lines.push(...indented(`→ ${fix.action}`, width, indent));
    for (const { where, line } of pasteLines(fix))
      lines.push(`${indent}  ${where.padEnd('Dockerfile'.length)}  ${paint('cyan', line)}`);
  }
  return lines.join('\n');
}

/** `hanging`: what further lines are indented by more. */
function indented(text: string, width: number, hanging = ''): string[] {
  return wrap(text, width - indent.length - hanging.length)
    .split('\n')
    .map((line, index) => indent + (index === 0 ? '' : hanging) + line);
}

function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [[title, ...lines.map((line) => indent + line)].join('\n')];
}
