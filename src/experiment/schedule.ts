import type { Cell } from '../model/result.ts';
import type { CellPlan } from './plan.ts';

export interface Schedule {
  /** Cells of the same plans that an earlier run has finished. */
  finished?: readonly Cell[];
  runCell: (plan: CellPlan) => Promise<Cell | undefined>;
  /** Called after every cell with all finished ones, before the next begins: nothing is lost when a later one goes wrong. */
  onCell: (cells: readonly Cell[]) => Promise<void>;
  signal: AbortSignal;
}

export interface Outcome {
  cells: Cell[];
  /** False when it was interrupted before the last cell. */
  complete: boolean;
}

/** Runs cells one after another: two at a time would measure each other. */
export async function runSchedule(
  plans: readonly CellPlan[],
  { finished = [], runCell, onCell, signal }: Schedule,
): Promise<Outcome> {
  const cells: Cell[] = [];
  const before = (plan: CellPlan) =>
    finished.find(({ configuration, repeat }) => configuration === plan.configuration.key && repeat === plan.repeat);
  for (const plan of plans) {
    const known = before(plan);
    if (known) {
      cells.push(known);
      continue;
    }
    const cell = signal.aborted ? undefined : await runCell(plan);
    if (!cell) return { cells, complete: false };
    cells.push(cell);
    await onCell(cells);
  }
  return { cells, complete: true };
}
