import type { CellOptions } from './cell-options.ts';
import type { PlannedCell } from './planned-cell.ts';
import { runCell } from './run-cell.ts';

export interface WarmUp {
  /** Of the run that follows; the first of the reference is the one that is run. */
  plannedCells: readonly PlannedCell[];
  /** Key of a configuration. */
  reference: string;
  /** Called before each. */
  onBegin: (planned: PlannedCell, position: number, total: number) => void;
}

/**
 * Runs cells whose results are thrown away, as many as the scenario has `warmups`: the first program that reads its files fills the page cache for all that follow, and pays
 * for it. One that fails is the last: the cell after it says why.
 */
export async function warmUp({ plannedCells, reference, onBegin }: WarmUp, options: CellOptions): Promise<void> {
  const planned = plannedCells.find(({ configuration }) => configuration.key === reference) ?? plannedCells[0];
  const total = planned?.scenario.name === 'command' ? (planned.scenario.warmups ?? 0) : 0;
  if (!planned) return;
  for (let position = 1; position <= total && !options.signal.aborted; position++) {
    onBegin(planned, position, total);
    const alone = { ...planned, repeat: 0, hold: undefined, census: false };
    const cell = await runCell(alone, { ...options, doctor: undefined, profiler: undefined });
    if (cell?.state !== 'ok') return;
  }
}
