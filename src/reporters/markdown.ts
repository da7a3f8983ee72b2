import { markdownTable } from 'markdown-table';
import type { ResultFile } from '../model/result.ts';
import { lookLines } from './cell-looks.ts';
import { stackParagraphs } from './cell-stacks.ts';
import { describeRun, endsWithRecommendation, narrate } from './narrative.ts';
import { noticeLines } from './notices.ts';
import { renderRecommendation } from './recommendation.ts';
import { resultTable, stateLines, tableNote } from './result-table.ts';

/** For a README or an issue. */
export function renderMarkdown(result: ResultFile): string {
  const { columns, rows } = resultTable(result);
  const table = markdownTable([columns.map(({ heading }) => heading), ...rows.map((row) => row.map(escapeCell))], {
    align: columns.map(({ align }) => align),
  });
  const parts = [
    describeRun(result),
    table,
    tableNote(result),
    stateLines(result)
      .map((line) => `- ${line}`)
      .join('\n'),
    noticeLines(result)
      .map((line) => `- ${line}`)
      .join('\n'),
    ...narrate(result),
    lookLines(result)
      .map((line) => `- ${line}`)
      .join('\n'),
    renderPasteLines(result),
    ...stackParagraphs(result).map((stacks) => `\`\`\`\n${stacks}\n\`\`\``),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** A block each: they are pasted into different files. */
function renderPasteLines(result: ResultFile): string {
  if (!endsWithRecommendation(result)) return '';
  const { lines } = renderRecommendation(result);
  const places = [...new Set(lines.map(({ where }) => where))];
  const block = (place: string) => lines.filter(({ where }) => where === place).map(({ line }) => line);
  return places.map((place) => `${place}:\n\n\`\`\`\n${block(place).join('\n')}\n\`\`\``).join('\n\n');
}

/** A bar would end the cell. */
export function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
