import type { Fix } from '../model/doctor.ts';
import type { Paint } from './paint.ts';
import { pasteLines, shortLines } from './paste-lines.ts';
import type { TerminalOptions } from './render-options.ts';
import { wrap } from './wrap.ts';

const indent = '  ';
const widestPlace = 'environment'.length;

/** What to do, each with what to paste; verbose: in the words of each place where it may be pasted. */
export function fixLines(
  fixes: readonly Fix[],
  { width, verbose = false }: Pick<TerminalOptions, 'width' | 'verbose'>,
  paint: Paint,
): string[] {
  return fixes.flatMap((fix) => [
    ...indented(`→ ${fix.action}`, width, indent),
    ...(verbose ? pasteLines(fix) : shortLines(fix)).map(
      ({ where, line }) => `${indent}${indent}${where.padEnd(widestPlace)}  ${paint('cyan', line)}`,
    ),
  ]);
}

/** `hanging`: what further lines are indented by more. */
export function indented(text: string, width: number, hanging = ''): string[] {
  return wrap(text, width - indent.length - hanging.length)
    .split('\n')
    .map((line, index) => indent + (index === 0 ? '' : hanging) + line);
}

/** A list below its title; nothing of an empty one. */
export function titled(title: string, lines: readonly string[], width: number): string[] {
  return lines.length === 0 ? [] : [[title, ...lines.flatMap((line) => indented(line, width, indent))].join('\n')];
}
