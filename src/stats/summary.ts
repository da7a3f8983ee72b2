import { median } from 'simple-statistics';
import type { Cell, ConfigurationSummary } from '../model/result.ts';
import { burstBytes, retainedBytes, returnedShare } from './returned.ts';

/** One line per configuration, in the order of the cells: medians over its ok cells. */
export function summariseConfigurations(cells: readonly Cell[]): ConfigurationSummary[] {
  const keys = [...new Set(cells.map((cell) => cell.configuration))];
  return keys.map((key) =>
    summariseConfiguration(
      key,
      cells.filter((cell) => cell.configuration === key),
    ),
  );
}

function summariseConfiguration(configuration: string, cells: readonly Cell[]): ConfigurationSummary {
  const ok = cells.filter((cell) => cell.state === 'ok');
  const figures: [keyof ConfigurationSummary, (cell: Cell) => number | undefined][] = [
    ['burstBytes', burstBytes],
    ['settledBytes', (cell) => cell.phases.settled?.rssBytes],
    ['returned', (cell) => returnedShare(cell, 'settled')],
    ['returnedAfterTrim', (cell) => returnedShare(cell, 'trimmed')],
    ['retainedBytes', retainedBytes],
    ['burstMs', (cell) => cell.burstMs],
  ];
  const medians = figures.flatMap(([name, figure]) => {
    const values = ok.map(figure).filter((value) => value !== undefined);
    return values.length === 0 ? [] : [[name, median(values)]];
  });
  return { configuration, cells: cells.length, okCells: ok.length, ...Object.fromEntries(medians) };
}
