import { markdownTable } from 'markdown-table';
import type { ResultFile } from '../model/result.ts';
import { describeRun, narrate } from './narrative.ts';
import { stateLines, tableNote, textTable } from './rows.ts';

/** For a README or an issue. */
export function renderMarkdown(result: ResultFile): string {
  const { head, rows } = textTable(result);
  const table = markdownTable([head, ...rows.map((row) => row.map(escapeCell))], {
    align: head.map((_, index) => (index === 0 ? 'left' : 'right')),
  });
  const parts = [
    describeRun(result),
    table,
    tableNote(result),
    stateLines(result)
      .map((line) => `- ${line}`)
      .join('\n'),
    ...narrate(result),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
