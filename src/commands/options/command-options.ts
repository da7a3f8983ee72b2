import type { Command, Option } from 'commander';
import type { PhaseOptions } from '../../api/program.ts';
import { OffheapError } from '../../model/errors.ts';
import { type LoadFormat, loadFormats } from '../../model/load-format.ts';
import { parseDuration, parseInteger, quote } from '../../model/units.ts';
import { moreOption } from '../help/more-options.ts';

/** Options that say how the phases of a user's program come about. */
export interface CommandOptions {
  ready?: string;
  java?: string;
  load?: string;
  loadFormat?: LoadFormat;
  duration?: string;
  gc?: boolean;
  steady: string;
  settle: string;
  grace: string;
  prepare?: string;
  cleanup?: string;
  warmup?: string;
  step?: boolean;
  timeout: string;
}

export function addCommandOptions(command: Command, { settle = '5s', steady = '10s' } = {}): Command {
  return command
    .option(
      '--ready <when>',
      'the program is ready when tcp:PORT accepts, http://127.0.0.1:PORT/PATH answers, or a line of output matches a REGEX',
    )
    .option('--load <command>', 'run this command, without a shell, to put the program under load')
    .addOption(
      moreOption('--load-format <format>', 'read requests per second, latencies and errors from what the load prints').choices(
        loadFormats,
      ),
    )
    .option('--duration <duration>', 'let the program work by itself for this time, instead of --load')
    .option('--gc', 'after the load, let the JVM collect')
    .addOption(moreOption('--steady <duration>', 'after --ready, longest wait until RSS is steady; 0: none', steady))
    .addOption(moreOption('--settle <duration>', 'idle time before the last measurement', settle))
    .addOption(moreOption('--java <home>', 'run this JDK in the place of the java that the command begins with'))
    .addOption(moreOption('--step', 'the program waits for a line on stdin after each phase that it announces'))
    .addOption(moreOption('--prepare <command>', 'run this, without a shell, before the program of each run is started'))
    .addOption(moreOption('--cleanup <command>', 'run this, without a shell, when the program of each run has ended'))
    .addOption(moreOption('--grace <duration>', 'time to end after SIGTERM; then comes SIGKILL', '10s'))
    .addOption(moreOption('--timeout <duration>', 'longest time that one run may take', '5m'));
}

export function warmupOption(): Option {
  return moreOption('--warmup <n>', 'first run the reference n times, and throw the results away', '0');
}

/** The program of the command line, and how its phases come about. */
export async function parseProgram(
  words: readonly string[],
  options: CommandOptions,
): Promise<PhaseOptions & { timeoutMs: number }> {
  const { ready, load, loadFormat, duration } = options;
  if (load !== undefined && duration !== undefined)
    throw new OffheapError('USAGE', 'Expected either --load or --duration: the load says itself how long the burst is.');
  if (loadFormat !== undefined && load === undefined)
    throw new OffheapError('USAGE', 'Expected --load with --load-format, which says what the load prints.');
  if (ready !== undefined) await requireReadiness(ready);
  const loadCommand = load === undefined ? undefined : await splitCommand(load, '--load');
  const prepare = options.prepare === undefined ? undefined : await splitCommand(options.prepare, '--prepare');
  const cleanup = options.cleanup === undefined ? undefined : await splitCommand(options.cleanup, '--cleanup');
  const command = options.java === undefined ? words : await withJava(words, options.java);
  await requirePrograms([command, loadCommand, prepare, cleanup]);
  return {
    command: [...command],
    ready,
    load: loadCommand,
    steadyMs: parseDuration(options.steady, '--steady'),
    loadFormat,
    durationMs: duration === undefined ? undefined : parseDuration(duration, '--duration'),
    gc: options.gc === true,
    settleMs: parseDuration(options.settle, '--settle'),
    step: options.step === true,
    prepare,
    cleanup,
    warmups: options.warmup === undefined ? 0 : parseInteger(options.warmup, '--warmup', { min: 0, max: 1000 }),
    graceMs: parseDuration(options.grace, '--grace'),
    timeoutMs: parseDuration(options.timeout, '--timeout'),
  };
}

/** A message that a JDK is too old suggests a newer one by this option. */
async function withJava([program = '', ...args]: readonly string[], home: string): Promise<string[]> {
  const { isJavaLauncher } = await import('../../parse/java-command.ts');
  if (!isJavaLauncher(program))
    throw new OffheapError('USAGE', `Expected the command to begin with java, whose place --java takes, got ${quote(program)}.`);
  const { launcherOf } = await import('../../jvm/java-home.ts');
  return [launcherOf(home), ...args];
}

async function requireReadiness(text: string): Promise<void> {
  const { parseReadiness } = await import('../../experiment/ready.ts');
  parseReadiness(text);
}

async function requirePrograms(commands: readonly (readonly string[] | undefined)[]): Promise<void> {
  const { requireProgram } = await import('../../process/executable.ts');
  for (const command of commands) if (command) requireProgram(command[0] ?? '');
}

/** Words and quotes as a shell reads them, and nothing else of a shell: no variables, no pipes. */
export async function splitCommand(text: string, option: string): Promise<string[]> {
  const { default: parseArgv } = await import('string-argv');
  const words = parseArgv(text);
  if (words.length > 0) return words;
  throw new OffheapError('USAGE', `Expected ${option} to be a command, got ${quote(text)}.`);
}
