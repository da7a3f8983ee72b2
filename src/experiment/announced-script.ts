import type { CellScript } from './stage.ts';
import { stopGracefully } from './stop.ts';

export interface AnnouncedOptions {
  /** Called when a phase was measured, before the program may go on. */
  onReached?: (phase: string) => Promise<void>;
  /** When given, a program that has settled is asked to end, and killed after so long; without, it ends by itself. */
  graceMs?: number;
}

/** The program announces every phase; one that waits on stdin goes on when the phase was measured. */
export function announcedScript({ onReached, graceMs }: AnnouncedOptions): CellScript {
  return async (stage) => {
    const { child, output, reach, record } = stage;
    record.waitingFor = 'a line @phase baseline';
    await output.consume(child.lines, async (phase) => {
      await reach(phase);
      delete record.waitingFor;
      await onReached?.(phase.name);
      child.sendLine('');
      // Its output is still read meanwhile, so it can end.
      if (graceMs !== undefined && phase.name === 'settled') void stopGracefully(stage, graceMs);
    });
  };
}
