import type { Cell, ResultFile } from '../model/result.ts';
import type { PlannedCell } from './planned-cell.ts';

export interface Schedule {
  /** Cells of the same plan that an earlier run has finished. */
  finished?: readonly Cell[];
  runCell: (planned: PlannedCell) => Promise<Cell | undefined>;
  /** Called after every cell with all finished ones, before the next begins: nothing is lost when a later one goes wrong. */
  onCell: (cells: readonly Cell[]) => Promise<void>;
  signal: AbortSignal;
}

/** Runs cells one after another: two at a time would measure each other. Not complete when it was interrupted before the last. */
export async function runSchedule(
  plannedCells: readonly PlannedCell[],
  { finished = [], runCell, onCell, signal }: Schedule,
): Promise<Pick<ResultFile, 'cells' | 'complete'>> {
  const cells: Cell[] = [];
  const finishedBefore = (planned: PlannedCell) =>
    finished.find(({ configuration, repeat }) => configuration === planned.configuration.key && repeat === planned.repeat);
  for (const planned of plannedCells) {
    const known = finishedBefore(planned);
    if (known) {
      cells.push(known);
      continue;
    }
    const cell = signal.aborted ? undefined : await runCell(planned);
    if (!cell) return { cells, complete: false };
    cells.push(cell);
    await onCell(cells);
  }
  return { cells, complete: true };
}
