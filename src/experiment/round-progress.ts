import type { PhaseName } from '../model/phase.ts';
import type { Cell } from '../model/result.ts';
import type { PlannedCell } from './planned-cell.ts';

/** How far the cells of a run are. */
export interface CellProgress {
  /** Its key. */
  configuration: string;
  /** Which cell it is, from 1. */
  position: number;
  /** How many cells there are, those among them that an earlier run has finished. */
  total: number;
  /** Whether there may be fewer: they decide it themselves. */
  isAtMost: boolean;
  /** The phase that was reached; undefined at the beginning of the cell. */
  phase: PhaseName | undefined;
  /** RSS at that phase, in bytes. */
  rssBytes: number | undefined;
}

export interface ProgressOptions {
  isAtMost: boolean;
  onProgress: (progress: CellProgress) => void;
}

/** Counts the cells of a run, of which some are left out on the way. */
export class RoundProgress {
  #cells: readonly PlannedCell[];
  readonly #options: ProgressOptions;

  constructor(plannedCells: readonly PlannedCell[], options: ProgressOptions) {
    this.#cells = plannedCells;
    this.#options = options;
  }

  /** From the round on that follows these cells only open configurations are run. */
  leaveOut(finished: readonly Cell[], open: readonly string[]): void {
    const last = finished.at(-1)?.repeat ?? 0;
    this.#cells = this.#cells.filter(({ repeat, configuration }) => repeat <= last || open.includes(configuration.key));
  }

  tell(planned: PlannedCell, phase?: PhaseName, rssBytes?: number): void {
    const { isAtMost, onProgress } = this.#options;
    onProgress({
      configuration: planned.configuration.key,
      position: this.#cells.indexOf(planned) + 1,
      total: this.#cells.length,
      isAtMost,
      phase,
      rssBytes,
    });
  }
}
