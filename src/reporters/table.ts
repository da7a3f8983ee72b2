import type { ResultFile } from '../model/result.ts';
import { lookLines } from './cell-looks.ts';
import { stackParagraphs } from './cell-stacks.ts';
import { renderChart } from './chart.ts';
import type { TextTable } from './columns.ts';
import { describeRun, endsWithRecommendation, narrate } from './narrative.ts';
import { noticeLines } from './notices.ts';
import { renderRecommendation } from './recommendation.ts';
import type { TerminalOptions } from './render-options.ts';
import { resultTable, stateLines, tableNote } from './result-table.ts';
import { drawTable } from './terminal-table.ts';
import { wrap } from './wrap.ts';

/** For a person at a terminal: what was run, the table, what it means, and RSS over time. */
export function renderTable(result: ResultFile, options: TerminalOptions): string {
  const { width } = options;
  const parts = [
    wrap(describeRun(result), width),
    drawTable(inTwoLines(resultTable(result)), options),
    wrap(tableNote(result), width),
    ...(stateLines(result).length > 0
      ? [
          stateLines(result)
            .map((line) => wrap(line, width))
            .join('\n'),
        ]
      : []),
    ...noticeLines(result).map((line) => wrap(line, width)),
    ...narrate(result).map((sentence) => wrap(sentence, width)),
    lookLines(result)
      .map((line) => wrap(line, width))
      .join('\n'),
    renderPasteLines(result),
    ...stackParagraphs(result),
    renderChart(result, { width }),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** Headings of two words above each other, so that more columns fit a terminal. */
function inTwoLines({ columns, rows }: TextTable): TextTable {
  return { columns: columns.map((column) => ({ ...column, heading: column.heading.replace(' ', '\n') })), rows };
}

function renderPasteLines(result: ResultFile): string {
  if (!endsWithRecommendation(result)) return '';
  const { lines } = renderRecommendation(result);
  return lines.map(({ where, line }) => `  ${where.padEnd('Dockerfile'.length)}  ${line}`).join('\n');
}
