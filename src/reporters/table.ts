import { styleText } from 'node:util';
import type { ResultFile } from '../model/result.ts';
import { stackParagraphs } from './cell-stacks.ts';
import { renderChart } from './chart.ts';
import { describeRun, endsWithRecommendation, narrate } from './narrative.ts';
import { renderRecommendation } from './recommendation.ts';
import type { TerminalOptions } from './render-options.ts';
import { resultTable, stateLines, tableNote } from './result-table.ts';
import { drawTable } from './terminal-table.ts';
import { wrap } from './wrap.ts';

/** For a person at a terminal: what was run, the table, what it means, and RSS over time. */
export function renderTable(result: ResultFile, { color, width }: TerminalOptions): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  // Two words stand above each other: the table has to fit a terminal.
  const formatHeading = (heading: string) => paint('bold', heading.replace(' ', '\n'));
  const parts = [
    describeRun(result),
    drawTable(resultTable(result), { color, formatHeading }),
    tableNote(result),
    ...(stateLines(result).length > 0 ? [stateLines(result).join('\n')] : []),
    ...narrate(result).map((sentence) => wrap(sentence, width)),
    renderPasteLines(result),
    ...stackParagraphs(result),
    renderChart(result, { width }),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function renderPasteLines(result: ResultFile): string {
  if (!endsWithRecommendation(result)) return '';
  const { lines } = renderRecommendation(result);
  return lines.map(({ where, line }) => `  ${where.padEnd('Dockerfile'.length)}  ${line}`).join('\n');
}
