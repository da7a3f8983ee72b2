import { styleText } from 'node:util';
import Table from 'cli-table3';
import type { ResultFile } from '../model/result.ts';
import { stackParagraphs } from './cell-stacks.ts';
import { renderChart } from './chart.ts';
import { describeRun, endsWithRecommendation, narrate } from './narrative.ts';
import { renderRecommendation } from './recommendation.ts';
import type { TerminalOptions } from './render-options.ts';
import { stateLines, tableNote, textTable } from './rows.ts';
import { wrap } from './wrap.ts';

/** For a person at a terminal: what was run, the table, what it means, and RSS over time. */
export function renderTable(result: ResultFile, { color, width }: TerminalOptions): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const { head, rows } = textTable(result);
  const table = new Table({
    // Two words stand above each other: the table has to fit a terminal.
    head: head.map((name) => paint('bold', name.replace(' ', '\n'))),
    colAligns: head.map((_, index) => (index === 0 ? 'left' : 'right')),
    style: { head: [], border: color ? ['gray'] : [], compact: true },
  });
  table.push(...rows);
  const parts = [
    describeRun(result),
    table.toString(),
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
