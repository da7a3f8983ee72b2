import type { FitOfConfiguration } from '../model/fit.ts';
import { unlimitedJvm } from '../stats/jvm-choice.ts';
import { nextPercentage, type TriedPercentage } from '../stats/percentage-search.ts';
import type { PlannedCell } from './planned-cell.ts';
import { LimitSearch, noJvmFor, type SearchOptions } from './search.ts';

export interface HeapSearch {
  planned: PlannedCell;
  /** The configuration as it is: its runs without a limit are those of every percentage. */
  reference: FitOfConfiguration;
  /** Percentages to choose from, ascending. */
  grid: readonly number[];
  options: SearchOptions;
  /** What was found, or is to be searched, with a percentage. */
  entryOf: (percentage: number) => FitOfConfiguration;
  save: () => Promise<void>;
}

/** Finds the percentage of the limit for the heap with which the limit is smallest. False when it was interrupted. */
export async function searchHeap({ planned, reference, grid, options, entryOf, save }: HeapSearch): Promise<boolean> {
  const tried: TriedPercentage[] = [];
  let best: FitOfConfiguration | undefined;
  const searchOf = (fit: FitOfConfiguration) =>
    new LimitSearch(planned, fit, options, save, { reference, belowBytes: best?.limitBytes });
  if (!unlimitedJvm(reference)) {
    Object.assign(entryOf(grid[0] ?? 0), { state: 'failed', reason: noJvmFor('--find-heap') });
    await save();
    return true;
  }
  for (;;) {
    const percentage = nextPercentage(grid, tried);
    if (percentage === undefined) break;
    const fit = entryOf(percentage);
    if (fit.state === 'searching' && !(await searchOf(fit).run())) return false;
    // Something else decides on the heap: it does for every percentage.
    if (fit.state === 'failed') return true;
    tried.push({ percentage, limitBytes: fit.limitBytes });
    if (fit.limitBytes !== undefined) best = fit;
  }
  return best === undefined || searchOf(best).confirm();
}
