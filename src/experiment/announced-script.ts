import { setTimeout as delay } from 'node:timers/promises';
import type { PhaseName } from '../model/phase.ts';
import { requirePhase } from './phase.ts';
import type { CellScript, ScriptContext } from './script-context.ts';
import { stopGracefully } from './stop.ts';

export interface AnnouncedOptions {
  /** Called when a phase was measured, before the program may go on. */
  onReached?: (phase: PhaseName) => Promise<void>;
  /** When given, a program that has settled is asked to end, and killed after so long; without, it ends by itself. */
  graceMs?: number;
  /** Whether it waits for an answer at each phase: then it may first end by itself, for so long. */
  step?: boolean;
}

/** The program announces every phase; one that waits on stdin goes on when the phase was measured. */
export function announcedScript({ onReached, graceMs, step = false }: AnnouncedOptions): CellScript {
  return async (context) => {
    const { child, output, reach, report } = context;
    report.waitingFor = 'a line @phase baseline';
    await output.consume(child.lines, async (line) => {
      const phase = requirePhase(line);
      await reach(phase);
      delete report.waitingFor;
      await onReached?.(phase.name);
      child.sendLine('');
      // Its output is still read meanwhile, so it can end.
      if (graceMs !== undefined && phase.name === 'settled') void stop(context, graceMs, step);
    });
  };
}

/** An end by itself and a signal at the same time would tell nothing about its own end. */
async function stop(context: ScriptContext, graceMs: number, step: boolean): Promise<void> {
  const isOver = () => true;
  if (step && (await delay(graceMs, false, { signal: context.over }).catch(isOver))) return;
  await stopGracefully(context, graceMs);
}
