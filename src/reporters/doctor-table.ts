import { styleText } from 'node:util';
import Table from 'cli-table3';
import type { DoctorResult, Finding } from '../model/doctor.ts';
import {
  blindLines,
  describeApplied,
  describePatient,
  mallocHead,
  mallocRows,
  nextCommands,
  peekHead,
  peekRows,
  regionHead,
  regionRows,
  stackParagraphs,
} from './doctor-rows.ts';
import { pasteLines } from './paste-lines.ts';
import type { TerminalOptions } from './render-options.ts';
import { wrap } from './wrap.ts';

type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

const indent = '  ';

/** For a person at a terminal: the verdict, what was found and what to do, then where the memory is. */
export function renderDoctorTable(result: DoctorResult, { color, width }: TerminalOptions): string {
  const paint: Paint = (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
  const { evidence, findings, verdict, applied } = result;
  const malloc = mallocRows(evidence);
  const peeked = peekRows(result);
  const parts = [
    describePatient(result),
    paint('bold', wrap(verdict, width)),
    ...findings.map((finding) => renderFinding(finding, width, paint)),
    tableOf(regionHead, regionRows(evidence), [1, 2, 4, 5], color),
    ...(malloc ? [tableOf(mallocHead, malloc, [1], color)] : []),
    ...applied.map((fix) => [describeApplied(fix), ...fix.reasons].map((line) => wrap(line, width)).join('\n')),
    ...(peeked ? [tableOf(peekHead, peeked, [2], color)] : []),
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

function tableOf(head: string[], rows: string[][], right: number[], color: boolean): string {
  const colAligns = head.map((_, index) => (right.includes(index) ? ('right' as const) : ('left' as const)));
  const table = new Table({ head, colAligns, style: { head: [], border: color ? ['gray'] : [], compact: true } });
  table.push(...rows);
  return table.toString();
}

function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [[title, ...lines.map((line) => indent + line)].join('\n')];
}
