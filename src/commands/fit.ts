import { type Command, Option } from 'commander';
import { parseConfigurations } from '../allocators/parse-configurations.ts';
import { type FitRequest, readFit, runFit } from '../experiment/fit.ts';
import { type Jdk, resolveJdk } from '../jvm/java-home.ts';
import { exitCodes, OffheapError } from '../model/errors.ts';
import type { FitResult } from '../model/fit.ts';
import type { Scenario } from '../model/result.ts';
import { formatMiB, parseByteSize, parseDuration, parseInteger, quote } from '../model/units.ts';
import { execaRunner } from '../process/execa-runner.ts';
import { findMemoryLimiter } from '../process/memory-limiter.ts';
import { requireWritable, writeWhole } from '../process/whole-file.ts';
import { renderFit } from '../reporters/fit.ts';
import { addCommandOptions, type CommandOptions, jdkOf, parseCommandScenario } from './command-options.ts';
import { allocatorOption, resultPaths } from './experiment-options.ts';
import { interruptible } from './interruptible.ts';
import { type Progress, startProgress } from './progress.ts';
import { addReproOptions, prepareRepro, type ReproOptions } from './repro-options.ts';
import { terminalWidth } from './terminal.ts';

interface FitOptions extends CommandOptions, ReproOptions {
  allocator: string;
  reference: string;
  repeats: string;
  resolution: string;
  maxSlowdown: string;
  format: 'table' | 'json';
  output?: string;
  results?: string;
  resume?: string;
  quiet?: boolean;
}

type Limits = Pick<FitRequest, 'repeats' | 'resolutionBytes' | 'maxSlowdown' | 'timeoutMs'>;

/** A limit is kept to in pages, of which 64 KiB are the largest. */
const leastResolutionBytes = 65_536;

/** What is to be run, and by which JDK, once its parameters have been checked. */
interface Subject {
  jdk: Jdk | undefined;
  prepare: (progress: Progress) => Promise<Scenario>;
}

/** Options that say something of only one of the two: a program of the user's, and the reproducer. */
const commandOnly = ['ready', 'load', 'duration', 'gc', 'step', 'grace'];
const reproOnly = ['loader', 'scan', 'package', 'threads', 'passes', 'streams', 'heap', 'jars', 'java'];

export function registerFit(program: Command): void {
  const command = program
    .command('fit')
    .description(
      'Runs the program in a memory cgroup of its own, first without a limit and then with real ones, and narrows them down by bisection, per configuration. ' +
        'At a limit every attempt has to survive; whether one was killed by the OOM killer, failed otherwise or became too slow is told apart. A JVM sees ' +
        'the limit as in a container, so a heap by -XX:MaxRAMPercentage follows it. Phases and load as for compare; a program without them does its work and survives by ' +
        'ending with status 0. Without a command it is the bundled reproducer.',
    )
    .argument('[command...]', 'the program and its arguments, after --')
    .usage('[options] [-- java -jar app.jar …]')
    .addOption(allocatorOption('glibc'))
    .option('--reference <key>', 'the configuration that savings are against', 'glibc')
    .option('--repeats <n>', 'attempts at each limit, all of which have to survive', '3')
    .option('--resolution <size>', 'how closely the limit is found', '8m')
    .option('--max-slowdown <ratio>', 'an attempt that takes so many times as long as without a limit did not survive', '3');
  // Whether a program survives does not show better when it idles.
  addCommandOptions(command, { settle: '0s' });
  addReproOptions(command);
  command
    .addOption(new Option('--format <format>', 'how the result is printed').choices(['table', 'json']).default('table'))
    .option('--output <file>', 'write the result to a file instead of stdout')
    .option('--results <file>', 'where the raw result file is kept (default: a new file, see Files, or that of --resume)')
    .option('--resume <file>', 'a raw result file that was interrupted: make only the attempts that it lacks')
    .option('--quiet', 'no progress on stderr')
    .addHelpText(
      'after',
      "\nExamples:\n  offheap fit --allocator=glibc,glibc-arena2,jemalloc-bg --ready=tcp:8080 --load='node load.js' -- java -XX:MaxRAMPercentage=60 -jar app.jar\n" +
        '  offheap fit --allocator=all --streams=8000\n' +
        '  docker run --rm --user 0 --cgroupns=host -v /sys/fs/cgroup:/sys/fs/cgroup offheap fit --allocator=all',
    )
    .action(runFitCommand);
}

async function runFitCommand(words: string[], options: FitOptions, command: Command): Promise<void> {
  const configurations = parseConfigurations(options.allocator);
  const limits = parseLimits(options);
  const resumed = options.resume === undefined ? undefined : await readFit(options.resume);
  const paths = resultPaths(options, 'fit');
  if (options.output !== undefined) await requireWritable(options.output);
  await requireWritable(paths.file);
  const { jdk, prepare } = await subjectOf(words, options, command);
  const limiter = findMemoryLimiter();
  const progress = startProgress(options.quiet !== true);
  const interruption = interruptible();
  try {
    const result = await runFit({
      ...{ configurations, ...limits, reference: options.reference, resumed, jdk, limiter, runner: execaRunner },
      ...{ crashFolder: paths.folder, signal: interruption.signal },
      scenario: await prepare(progress),
      onAttempt: (key, limitBytes, { attempt, repeats }) => {
        const limit = limitBytes === undefined ? 'no limit' : `limit ${formatMiB(limitBytes)} MiB`;
        progress.update(`${key}: ${limit}${repeats === 1 ? '' : `, attempt ${attempt} of ${repeats}`}`);
      },
      onResult: (partial) => writeWhole(paths.file, toJson(partial)),
    });
    progress.stop();
    progress.say(`raw result: ${paths.file}`);
    await present(result, options);
  } finally {
    progress.stop();
    interruption.release();
    limiter.close();
  }
}

async function subjectOf(words: string[], options: FitOptions, command: Command): Promise<Subject> {
  if (words.length > 0) {
    refuse(command, reproOnly, 'is about the bundled reproducer, which is run when no command is given');
    const scenario = parseCommandScenario(words, options);
    return { jdk: await jdkOf(words), prepare: async () => scenario };
  }
  refuse(command, commandOnly, 'is about a program of yours, which is to be given after --');
  const prepared = prepareRepro(options);
  const jdk = await resolveJdk(options.java, execaRunner);
  return { jdk, prepare: (progress) => prepared(jdk, progress) };
}

function refuse(command: Command, names: readonly string[], why: string): void {
  const given = names.find((name) => command.getOptionValueSource(name) === 'cli');
  if (given !== undefined) throw new OffheapError('USAGE', `Expected no --${given} here: it ${why}.`);
}

function parseLimits({ repeats, resolution, maxSlowdown, timeout }: FitOptions): Limits {
  const slowdown = Number(maxSlowdown);
  if (!(slowdown > 1)) {
    throw new OffheapError('USAGE', `Expected --max-slowdown to be a number above 1, got ${quote(maxSlowdown)}.`);
  }
  const resolutionBytes = parseByteSize(resolution, '--resolution');
  if (resolutionBytes < leastResolutionBytes || resolutionBytes % leastResolutionBytes !== 0) {
    throw new OffheapError('USAGE', `Expected --resolution to be a multiple of 64k, the largest page, got ${quote(resolution)}.`);
  }
  return {
    repeats: parseInteger(repeats, '--repeats', { min: 1, max: 1000 }),
    ...{ resolutionBytes, maxSlowdown: slowdown, timeoutMs: parseDuration(timeout, '--timeout') },
  };
}

async function present(result: FitResult, { format, output }: FitOptions): Promise<void> {
  const text = format === 'json' ? toJson(result) : renderFit(result, { width: terminalWidth() });
  if (output === undefined) process.stdout.write(text);
  else await writeWhole(output, text);
  process.exitCode = exitCodeOf(result);
}

function toJson(result: FitResult): string {
  return `${JSON.stringify(result, undefined, 2)}\n`;
}

function exitCodeOf({ configurations, complete }: FitResult): number {
  if (!complete) return exitCodes.interrupted;
  const hasFailed = configurations.some(({ state }) => state === 'failed' || state === 'unfit');
  return hasFailed || !configurations.some(({ state }) => state === 'found') ? exitCodes.failed : exitCodes.ok;
}
