import { z } from 'zod';
import { parseReadiness } from '../experiment/ready.ts';
import type { CellProgress } from '../experiment/round-progress.ts';
import { type Jdk, resolveLauncher } from '../jvm/java-home.ts';
import { loadFormats } from '../model/load-format.ts';
import type { CommandScenario, ResultFile } from '../model/result.ts';
import { isJavaLauncher } from '../parse/java-command.ts';
import { execaRunner } from '../process/execa-runner.ts';
import { abortSignal, callback, duration, parseArgument } from './arguments.ts';

export const mostWarmups = 1000;
export const words = z.array(z.string()).min(1);

/** Options of everything that runs a program of the caller's through its phases. */
export const programOptions = z.strictObject({
  /** The program and its arguments, such as `['java', '-jar', 'app.jar']`. It is started without a shell. */
  command: words,
  /**
   * When it is at its baseline: `tcp:PORT` accepts a connection, `http://127.0.0.1:PORT/PATH` answers, or a line of its output matches this regular expression.
   * Default: the program announces it by a line `@phase baseline`.
   */
  ready: z.string().optional(),
  /** After `ready`, the longest time to wait until RSS is steady, in milliseconds; 0: the baseline is measured at once. Default 10,000. */
  steadyMs: duration.optional(),
  /** The burst: a command that puts the program under load and ends, with its arguments. It is started without a shell. */
  load: words.optional(),
  /** Whose output the load's is: it is read for requests a second, latencies and errors, as metrics. */
  loadFormat: z.enum(loadFormats).optional(),
  /** The burst, instead of `load`: how long the program works by itself, in milliseconds. */
  durationMs: duration.optional(),
  /** Have the JVM collect after the burst. */
  gc: z.boolean().optional(),
  /** Idle time before the last measurement, in milliseconds. Default 5,000. */
  settleMs: duration.optional(),
  /** The program waits for a line on its stdin at each phase that it announces. */
  step: z.boolean().optional(),
  /**
   * Run before the program of each cell is started, with its arguments: such as what removes a database’s files. It has the variables `OFFHEAP_CONFIGURATION` and
   * `OFFHEAP_REPEAT`, and is started without a shell.
   */
  prepare: words.optional(),
  /** The same, when the program has ended. */
  cleanup: words.optional(),
  /** Cells of the reference that are run first, and thrown away. Their `OFFHEAP_REPEAT` is 0. Default 0. */
  warmups: z.int().min(0).max(mostWarmups).optional(),
  /** How long the program may take to end after SIGTERM, in milliseconds. Default 10,000. */
  graceMs: duration.optional(),
  /** The longest time that a cell may take, in milliseconds. Default 300,000. */
  timeoutMs: duration.optional(),
  /** Put libmeter.so in front of allocators that do not count themselves, so that live and retained bytes are told. Default true. */
  meter: z.boolean().optional(),
  /** Have the doctor look at the first program of each configuration that settles, when all is measured. Default true. */
  doctor: z.boolean().optional(),
  /** Ends the program that runs. */
  signal: abortSignal.optional(),
  /** Called when a cell begins, and at each of its phases. */
  onProgress: callback<(progress: CellProgress) => void>().optional(),
  /** Called before the first cell and after each with the result so far, and waited for: where it rejects the run ends with that. */
  onResult: callback<(result: ResultFile) => void | Promise<void>>().optional(),
});
export type ProgramOptions = z.input<typeof programOptions>;

/** What says how the phases of the program come about. */
export type PhaseOptions = Pick<
  ProgramOptions,
  | 'command'
  | 'ready'
  | 'steadyMs'
  | 'load'
  | 'loadFormat'
  | 'durationMs'
  | 'gc'
  | 'settleMs'
  | 'step'
  | 'prepare'
  | 'cleanup'
  | 'warmups'
  | 'graceMs'
>;

const defaultSteadyMs = 10_000;
const defaultSettleMs = 5000;
const defaultGraceMs = 10_000;
export const defaultTimeoutMs = 300_000;

/** @throws TypeError for options that contradict each other */
export function toScenario(options: PhaseOptions): CommandScenario {
  const { command, ready, load, loadFormat, durationMs, gc = false, step = false, prepare, cleanup, warmups = 0 } = options;
  const { steadyMs = defaultSteadyMs, settleMs = defaultSettleMs, graceMs = defaultGraceMs } = options;
  if (load !== undefined && durationMs !== undefined)
    throw new TypeError('Expected options to have load or durationMs, got both: the load says itself how long the burst is.');
  if (loadFormat !== undefined && load === undefined)
    throw new TypeError('Expected options.load with options.loadFormat, which says what it prints.');
  if (ready !== undefined) parseArgument({ '--ready': 'options.ready' }, () => parseReadiness(ready));
  return {
    name: 'command',
    command: [...command],
    ...(ready === undefined ? {} : { ready }),
    ...(ready === undefined || steadyMs === 0 ? {} : { steadyMs }),
    ...(load === undefined ? {} : { load: [...load] }),
    ...(loadFormat === undefined ? {} : { loadFormat }),
    ...(durationMs === undefined ? {} : { durationMs }),
    gc,
    settleMs,
    step,
    ...(prepare === undefined ? {} : { prepare: [...prepare] }),
    ...(cleanup === undefined ? {} : { cleanup: [...cleanup] }),
    ...(warmups === 0 ? {} : { warmups }),
    graceMs,
  };
}

/** The JDK of a command that is a `java` itself; what a wrapper script starts is not known before. */
export async function resolveCommandJdk([program = '']: readonly string[]): Promise<Jdk | undefined> {
  return isJavaLauncher(program) ? resolveLauncher({ launcher: program, source: 'the command' }, execaRunner) : undefined;
}
