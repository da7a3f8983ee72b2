import type { CellLook } from '../model/cell-look.ts';

/** The doctor, as cells know it: the experiment imports nothing of it, and whoever starts the experiment brings it along. */
export interface CellDoctor {
  /** Whether the program of the next cell of this configuration is to be looked at when it has settled. */
  isWanted(configuration: string): boolean;
  /**
   * Looks at the program of a cell of which all is measured.
   *
   * @throws OffheapError, or the reason of the signal
   */
  lookAtSettled(configuration: string, pid: number, signal: AbortSignal): Promise<CellLook>;
  /**
   * Looks at a program that is about to be ended, because its cell has failed: for a shorter time.
   *
   * @throws OffheapError, or the reason of the signal
   */
  lookAtFailed(pid: number, signal: AbortSignal): Promise<CellLook>;
}
