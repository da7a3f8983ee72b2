import { markdownTable } from 'markdown-table';
import type { ResultFile } from '../model/result.ts';
import { describeRun, narrate } from './narrative.ts';
import { columns, stateLines, tableRows } from './rows.ts';

/** For a README or an issue. */
export function renderMarkdown(result: ResultFile): string {
  const rows = tableRows(result).map((row) => row.map(escapeCell));
  const table = markdownTable([[...columns], ...rows], { align: columns.map((_, index) => (index === 0 ? 'left' : 'right')) });
  const parts = [
    describeRun(result),
    table,
    'RSS, NMT and live in MiB. returned = (scanned − settled) / (scanned − baseline); live = bytes asked for and not freed.',
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
