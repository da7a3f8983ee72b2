import type { OomResult } from '../model/oom.ts';
import { toPrintableJson } from '../model/printable.ts';
import { escapeText, fixList, listOf, tableOf } from './doctor-markdown.ts';
import { fixLines, titled } from './fix-lines.ts';
import type { OomFormat } from './formats.ts';
import { looksTable, otherKillsTable, processTable, usageTable } from './oom-tables.ts';
import { paintOf } from './paint.ts';
import type { TerminalOptions } from './render-options.ts';
import { drawTable } from './terminal-table.ts';
import { wrap } from './wrap.ts';

export const oomReporters = {
  table: renderTable,
  json: (result) => `${toPrintableJson(result, 2)}\n`,
  markdown: renderMarkdown,
} satisfies Record<OomFormat, (result: OomResult, options: TerminalOptions) => string>;

/** For a person at a terminal: the answer, what the usage was made of, what else is known, and what to do. */
function renderTable(result: OomResult, options: TerminalOptions): string {
  const { width, verbose = false } = options;
  const paint = paintOf(options);
  const { verdict, notes, fixes, unread } = result;
  const others = otherKillsTable(result, { verbose });
  const tables = [usageTable(result, { verbose }), processTable(result), looksTable(result)].filter((table) => table !== undefined);
  const parts = [
    paint('bold', wrap(verdict, width)),
    ...tables.map((table) => drawTable(table, options)),
    ...(notes.length === 0 ? [] : [notes.map((note) => wrap(note, width)).join('\n')]),
    ...(fixes.length === 0 ? [] : [['What to do:', ...fixLines(fixes, { width, verbose }, paint)].join('\n')]),
    ...(others ? [drawTable(others, options)] : []),
    ...titled(
      'Not looked at:',
      unread.map(({ witness, reason }) => `${witness}: ${reason}`),
      width,
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** For an issue or a chat. */
function renderMarkdown(result: OomResult): string {
  const { verdict, notes, fixes, unread } = result;
  const detail = { verbose: true };
  const usage = usageTable(result, detail);
  const processes = processTable(result);
  const others = otherKillsTable(result, detail);
  const parts = [
    `**${escapeText(verdict)}**`,
    ...[usage, processes, looksTable(result)].filter((table) => table !== undefined).map(tableOf),
    ...listOf('What else is known:', notes.map(escapeText)),
    ...(fixes.length === 0 ? [] : [`What to do:\n\n${fixList(fixes)}`]),
    ...(others ? [tableOf(others)] : []),
    ...listOf(
      'Not looked at:',
      unread.map(({ witness, reason }) => escapeText(`${witness}: ${reason}`)),
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}
