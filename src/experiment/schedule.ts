import type { Cell, ResultFile } from '../model/result.ts';
import type { PlannedCell } from './planned-cell.ts';

export interface Schedule {
  /** Cells of the same plan that an earlier run has finished. */
  finished?: readonly Cell[];
  runCell: (planned: PlannedCell) => Promise<Cell | undefined>;
  /** Called after every cell with all finished ones, before the next begins: nothing is lost when a later one goes wrong. */
  onCell: (cells: readonly Cell[]) => Promise<void>;
  /** Called before each round but the first with all finished cells: the keys of the configurations that are to be run in it. By default all are. */
  openAfter?: ((cells: readonly Cell[]) => readonly string[]) | undefined;
  /** Called with the first cell: why none of the others can work; undefined when they may. */
  whyHopeless?: ((first: Cell) => string | undefined) | undefined;
  signal: AbortSignal;
}

/** What became of the cells: `ended` is why none was run after the first. */
export type Ran = Pick<ResultFile, 'cells' | 'complete' | 'ended'>;

/** Runs cells one after another: two at a time would measure each other. Not complete when it was interrupted before the last. */
export async function runSchedule(
  plannedCells: readonly PlannedCell[],
  { finished = [], runCell, onCell, openAfter, whyHopeless, signal }: Schedule,
): Promise<Ran> {
  const cells: Cell[] = [];
  const finishedBefore = (planned: PlannedCell) =>
    finished.find(({ configuration, repeat }) => configuration === planned.configuration.key && repeat === planned.repeat);
  let round: { repeat: number; open: readonly string[] | undefined } = { repeat: 1, open: undefined };
  for (const planned of plannedCells) {
    // What the earlier rounds say holds for all of a round: the cells of one are compared with each other.
    if (planned.repeat !== round.repeat) round = { repeat: planned.repeat, open: openAfter?.(cells) };
    if (round.open && !round.open.includes(planned.configuration.key)) continue;
    const known = finishedBefore(planned);
    const cell = known ?? (signal.aborted ? undefined : await runCell(planned));
    if (!cell) return { cells, complete: false };
    cells.push(cell);
    if (!known) await onCell(cells);
    const ended = cells.length === 1 && plannedCells.length > 1 ? whyHopeless?.(cell) : undefined;
    if (ended !== undefined) return { cells, complete: false, ended };
  }
  return { cells, complete: true };
}
