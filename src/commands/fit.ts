import type { Command } from 'commander';
import { parseConfigurations } from '../allocators/parse-configurations.ts';
import type { FitRequest } from '../experiment/fit.ts';
import { exitCodes, OffheapError } from '../model/errors.ts';
import type { FitResult } from '../model/fit.ts';
import { parseByteSize, parseDuration, parseInteger, quote } from '../model/units.ts';
import type { CommandDefinition } from './help/definition.ts';
import { libraryVariables } from './help/library-variables.ts';
import { environment, exits, files } from './help/manual.ts';
import { addCommandOptions, type CommandOptions } from './options/command-options.ts';
import { allocatorOption, resultPaths } from './options/experiment-options.ts';
import { addPrintOptions, type PrintOptions } from './options/print-options.ts';
import { addReproOptions, type ReproOptions } from './options/repro-options.ts';
import { toJson } from './run/json.ts';
import { terminalOptions } from './run/terminal.ts';

interface FitOptions extends CommandOptions, ReproOptions, PrintOptions<'table' | 'json'> {
  allocator: string;
  reference: string;
  repeats: string;
  resolution: string;
  maxSlowdown: string;
  results?: string;
  resume?: string;
}

type FitLimits = Pick<FitRequest, 'repeats' | 'resolutionBytes' | 'maxSlowdown' | 'timeoutMs'>;

/** A limit is kept to in pages, of which 64 KiB are the largest. */
const leastResolutionBytes = 65_536;

export const fitCommand: CommandDefinition = {
  name: 'fit',
  group: 'try',
  summary: 'find the smallest memory limit under which your program survives its load',
  description:
    'Runs the program in a memory cgroup of its own, first without a limit and then with real ones, and narrows them down by bisection, per configuration. ' +
    'At a limit every attempt has to survive; whether one was killed by the OOM killer, failed otherwise or became too slow is told apart. A JVM sees ' +
    'the limit as in a container, so a heap by -XX:MaxRAMPercentage follows it. Phases and load as for compare; a program without them does its work and survives by ' +
    'ending with status 0. Without a command it is the bundled reproducer.',
  manual: {
    examples: [
      "offheap fit --allocator=glibc,glibc-arena2,jemalloc-bg --ready=tcp:8080 --load='node load.js' -- java -XX:MaxRAMPercentage=60 -jar app.jar",
      'offheap fit --allocator=all --streams=8000',
      'docker run --rm --user 0 --cgroupns=host -v /sys/fs/cgroup:/sys/fs/cgroup offheap fit --allocator=all',
    ],
    exit: ['0    a limit was found for every configuration that could run', exits.failed, exits.usage, exits.interrupted],
    files: [files.results, files.scanSet, '/sys/fs/cgroup/…/offheap-fit-*   a memory cgroup for each attempt, removed with it'],
    environment: [environment.cacheFolder, environment.javaHome, libraryVariables],
    seeAlso: ['offheap compare', 'docs/fit.md'],
  },
  configure: (command) => {
    command
      .argument('[command...]', 'the program and its arguments, after --')
      .usage('[options] [-- java -jar app.jar …]')
      .addOption(allocatorOption('glibc'))
      .option('--reference <key>', 'the configuration that savings are against', 'glibc')
      .option('--repeats <n>', 'attempts at each limit, all of which have to survive', '3')
      .option('--resolution <size>', 'how closely the limit is found', '8m')
      .option('--max-slowdown <ratio>', 'an attempt that takes so many times as long as without a limit did not survive', '3')
      .action(runFit);
    // Whether a program survives does not show better when it idles.
    addCommandOptions(command, { settle: '0s' });
    addReproOptions(command)
      .option('--results <file>', 'where to keep the raw result file (default: a new file, see Files, or that of --resume)')
      .option('--resume <file>', 'a raw result file that was interrupted: make only the attempts that it lacks');
    addPrintOptions(command, ['table', 'json']);
  },
};

async function runFit(words: string[], options: FitOptions, command: Command): Promise<void> {
  const configurations = parseConfigurations(options.allocator);
  const limits = parseLimits(options);
  const resumed = await readResumed(options.resume);
  const paths = resultPaths(options, 'fit');
  const { requireOutput, writeOutput } = await import('./run/output.ts');
  await requireOutput(options.output);
  await requireOutput(paths.file);
  const { findSubject } = await import('./run/fit-subject.ts');
  const subject = await findSubject(words, options, command);
  const { searchLimits } = await import('./run/run-fit.ts');
  const result = await searchLimits({
    ...limits,
    configurations,
    reference: options.reference,
    resumed,
    subject,
    paths,
    quiet: options.quiet === true,
  });
  await writeOutput(await render(result, options), options);
  process.exitCode = chooseExitCode(result);
}

async function readResumed(path: string | undefined): Promise<FitResult | undefined> {
  if (path === undefined) return undefined;
  const { readFit } = await import('../experiment/fit.ts');
  return readFit(path);
}

function parseLimits({ repeats, resolution, maxSlowdown, timeout }: FitOptions): FitLimits {
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
    resolutionBytes,
    maxSlowdown: slowdown,
    timeoutMs: parseDuration(timeout, '--timeout'),
  };
}

async function render(result: FitResult, options: FitOptions): Promise<string> {
  if (options.format === 'json') return toJson(result);
  const { renderFit } = await import('../reporters/fit.ts');
  return renderFit(result, terminalOptions(options));
}

function chooseExitCode({ configurations, complete }: FitResult): number {
  if (!complete) return exitCodes.interrupted;
  const hasFailed = configurations.some(({ state }) => state === 'failed' || state === 'unfit');
  return hasFailed || !configurations.some(({ state }) => state === 'found') ? exitCodes.failed : exitCodes.ok;
}
