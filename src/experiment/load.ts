import { cleanEnvironment } from '../allocators/environment.ts';
import { OffheapError } from '../model/errors.ts';
import type { LoadFormat } from '../model/load-format.ts';
import type { LoadEnd, Metric } from '../model/result.ts';
import type { ProcessRunner } from '../process/runner.ts';
import { lastLines } from './last-lines.ts';
import { LoadOutput } from './load-output.ts';
import { ProgramOutput } from './program-output.ts';

export interface FinishedLoad {
  end: LoadEnd;
  metrics: Record<string, Metric>;
  /** Why the cell cannot be ok with this load; undefined when the load did its work. */
  problem: string | undefined;
}

/**
 * Runs the load command to its end, without a shell, on the plain allocator; ends it when `signal` does. Its wall time is the time that the program took
 * for the work.
 */
export async function runLoad(
  { command, format }: { command: readonly string[]; format: LoadFormat | undefined },
  runner: ProcessRunner,
  signal: AbortSignal,
): Promise<FinishedLoad> {
  const [program = '', ...args] = command;
  const output = new ProgramOutput();
  const figures = format === undefined ? undefined : new LoadOutput(format, output.events);
  const startedAt = performance.now();
  const child = await runner.start({ command: program, args, env: cleanEnvironment(process.env, {}).env }).catch((error: Error) => {
    throw new OffheapError('CHILD_FAILED', `The load could not be started: ${error.message}`);
  });
  const kill = () => child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  if (signal.aborted) kill();
  try {
    const flooded = await output.consume(child.lines, () => {}).catch((error: Error) => error.message);
    if (flooded !== undefined) kill();
    const { exitCode, signal: endedBy, stderrTail } = await child.ended;
    const wallMs = Math.round(performance.now() - startedAt);
    const end: LoadEnd = { wallMs };
    if (exitCode !== undefined) end.exitCode = exitCode;
    if (endedBy !== undefined) end.signal = endedBy;
    const how = endedBy === undefined ? `with status ${exitCode}` : `by ${endedBy}`;
    const spoken = lastLines([...stderrTail.split('\n'), ...output.said]);
    if (flooded !== undefined) return { end, metrics: output.metrics, problem: `The load: ${flooded}` };
    if (exitCode !== 0) return { end, metrics: output.metrics, problem: `The load ended ${how}: ${spoken}` };
    const read = figures?.read();
    return {
      end: { ...end, ...read?.counts },
      metrics: { ...read?.metrics, ...output.metrics },
      problem: read?.problem === undefined ? undefined : `${read.problem} The load said last: ${spoken}`,
    };
  } finally {
    signal.removeEventListener('abort', kill);
  }
}
