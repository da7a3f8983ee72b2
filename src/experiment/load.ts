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
  /** What it wrote last, to stderr and to stdout. */
  said: string[];
}

export interface BesideOptions {
  /** What it is called in a sentence, such as `The load`. */
  what: string;
  /** Of its output, where figures are to be read from that. */
  format?: LoadFormat | undefined;
  runner: ProcessRunner;
  /** Ends it. */
  signal: AbortSignal;
  /** Beside the environment of offheap. */
  env?: Readonly<Record<string, string>>;
  onStarted?: (pid: number) => void;
}

/**
 * Runs a command beside the program, such as the load, to its end: without a shell, on the plain allocator. The wall time of a load is the time that the program took
 * for the work.
 *
 * @throws OffheapError CHILD_FAILED where it cannot be started
 */
export async function runBeside(
  command: readonly string[],
  { what, format, runner, signal, env = {}, onStarted }: BesideOptions,
): Promise<FinishedLoad> {
  const [program = '', ...args] = command;
  const output = new ProgramOutput();
  const figures = format === undefined ? undefined : new LoadOutput(format, output.events);
  const startedAt = performance.now();
  const clean = cleanEnvironment(process.env, env);
  const child = await runner.start({ command: program, args, env: clean.env }).catch((error: Error) => {
    throw new OffheapError('CHILD_FAILED', `${what} could not be started: ${error.message}`);
  });
  onStarted?.(child.pid);
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
    const said = [...stderrTail.split('\n'), ...output.said];
    const spoken = lastLines(said);
    if (flooded !== undefined) return { end, metrics: output.metrics, problem: `${what}: ${flooded}`, said };
    if (exitCode !== 0) return { end, metrics: output.metrics, problem: `${what} ended ${how}: ${spoken}`, said };
    const read = figures?.read();
    return {
      end: { ...end, ...read?.counts },
      metrics: { ...read?.metrics, ...output.metrics },
      problem: read?.problem === undefined ? undefined : `${read.problem} ${what} said last: ${spoken}`,
      said,
    };
  } finally {
    signal.removeEventListener('abort', kill);
  }
}
