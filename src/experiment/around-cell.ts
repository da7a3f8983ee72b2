import { OffheapError } from '../model/errors.ts';
import type { Cell } from '../model/result.ts';
import { formatSeconds } from '../model/units.ts';
import type { CellOptions } from './cell-options.ts';
import { runBeside } from './load.ts';
import type { PlannedCell } from './planned-cell.ts';

type AroundOptions = Pick<CellOptions, 'runner' | 'signal' | 'timeoutMs'>;

/** Puts things as they were before the program of a cell is started. Why that failed; undefined when it did not, or there is nothing to do. */
export function prepareCell(planned: PlannedCell, options: AroundOptions): Promise<string | undefined> {
  return runAround('prepare', planned, options);
}

/** The cell, after what is to be done when its program has ended. One that was ok has failed where that fails: the next one would not find what it is to find. */
export async function cleanUpAfter(cell: Cell, planned: PlannedCell, options: AroundOptions): Promise<Cell> {
  const problem = await runAround('cleanup', planned, options);
  if (problem === undefined) return cell;
  return cell.state === 'ok' ? { ...cell, state: 'failed', reason: problem } : { ...cell, notes: [...cell.notes, problem] };
}

async function runAround(
  name: 'prepare' | 'cleanup',
  { scenario, configuration, repeat }: PlannedCell,
  { runner, signal, timeoutMs }: AroundOptions,
): Promise<string | undefined> {
  const command = scenario.name === 'command' ? scenario[name] : undefined;
  if (!command || signal.aborted) return undefined;
  const late = AbortSignal.timeout(timeoutMs);
  const problem = await runBeside(command, {
    what: `--${name}`,
    runner,
    signal: AbortSignal.any([signal, late]),
    env: { OFFHEAP_CONFIGURATION: configuration.key, OFFHEAP_REPEAT: String(repeat) },
  }).then(
    (finished) => finished.problem,
    (error: unknown) => {
      if (error instanceof OffheapError && error.code === 'CHILD_FAILED') return error.message;
      throw error;
    },
  );
  if (problem === undefined || !late.aborted) return problem;
  return `--${name} was not done within ${formatSeconds(timeoutMs)}. Allow more by --timeout.`;
}
