import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { type Configuration, configurations } from '../allocators/configurations.ts';
import { simulateCores } from '../allocators/cores.ts';
import { parseConfigurations } from '../allocators/parse-configurations.ts';
import { runRepro } from '../experiment/repro.ts';
import { requireWritable, writeWhole } from '../experiment/result-store.ts';
import { ensureScanSet } from '../experiment/scenario.ts';
import { resolveJdk } from '../jvm/java-home.ts';
import { exitCodes, OffheapError } from '../model/errors.ts';
import type { ResultFile, Scenario } from '../model/result.ts';
import { parseByteSize, parseDuration, parseInteger, quote } from '../model/units.ts';
import { execaRunner } from '../process/execa-runner.ts';
import { cacheFolder } from '../process/paths.ts';
import { type Format, formats, reporters } from '../reporters/reporter.ts';
import { startProgress } from './progress.ts';
import { loadReportAssets } from './report-assets.ts';
import { terminalWidth } from './terminal.ts';

const defaultReference = 'glibc';
const loaders = ['leaky', 'half', 'fixed', 'jdk'];
const scans = ['none', 'package', 'all'];
/** 100 Hz: a scan of two seconds has two hundred points. */
const sampleIntervalMs = 5;

interface ReproOptions {
  allocator: string;
  loader: string;
  scan: string;
  package: string;
  threads: string;
  passes: string;
  streams: string;
  heap: string;
  settle: string;
  timeout: string;
  repeats: string;
  seed?: string;
  reference: string;
  cores?: string;
  jars?: string;
  java?: string;
  format: Format;
  output?: string;
  results?: string;
  hold?: boolean;
  quiet?: boolean;
  meter: boolean;
}

export function registerRepro(program: Command): void {
  program
    .command('repro')
    .summary('run the bundled jar scanner under several allocators and compare what they return')
    .description(
      'Starts a JVM per configuration that scans jars and leaves its Inflaters to the GC, as Spring Boot 2.0.4 did, and measures its RSS ' +
        'from outside: before the scan, after it, after the GC has freed everything, when all has settled, and after malloc_trim.',
    )
    .option(
      '--allocator <list>',
      `all, or a comma list of ${configurations.map(({ key }) => key).join(', ')}; VARIABLE=value and -XX:… after one add to it, NAME= before it names it`,
      'all',
    )
    .addOption(
      new Option(
        '--loader <name>',
        'who ends the Inflaters: leaky (nobody, as Boot 2.0.4), half (2.0.5–2.0.9), fixed (2.1.0), jdk (JarFile)',
      )
        .choices(loaders)
        .default('leaky'),
    )
    .addOption(new Option('--scan <degree>', 'how much is scanned').choices(scans).default('all'))
    .option('--package <prefix>', 'what --scan=package scans', 'java/util/zip/')
    .option('--threads <n>', 'threads that scan', '8')
    .option('--passes <n>', 'how often everything is scanned', '1')
    .option('--streams <n>', 'streams opened in a pass', '32000')
    .option('--heap <size>', 'Java heap, fixed and touched beforehand', '384m')
    .option('--settle <duration>', 'idle time between the GC and the last measurement', '5s')
    .option('--timeout <duration>', 'longest time a cell may take', '2m')
    .option('--repeats <n>', 'run every configuration so often, in blocks of random order', '1')
    .option('--reference <key>', 'the configuration that the others are compared with', defaultReference)
    .option('--seed <n>', 'of the random order, to have it again')
    .option('--cores <n>', "as on a host of n cores: glibc's limit of arenas is set to 8 n")
    .option('--no-meter', 'do not put libmeter.so in front of the allocators: no live bytes, but for mmap')
    .option('--hold', 'keep the last JVM at settled, print @hold pid=PID, and wait to be interrupted: a patient for the doctor')
    .option('--jars <path>', 'scan this fat jar, or the jars of this folder, instead of the built-in set')
    .option('--java <home>', 'the JDK to run (default: JAVA_HOME, else java on PATH)')
    .addOption(new Option('--format <format>', 'how the result is printed').choices(formats).default('table'))
    .option('--output <file>', 'write the result to a file instead of stdout')
    .option('--results <file>', 'where the raw result file is kept (default: a new file in build/results)')
    .option('--quiet', 'no progress on stderr')
    .addHelpText(
      'after',
      '\nExamples:\n  offheap repro --allocator=glibc,mmap\n  offheap repro --allocator=all --repeats=6 --format=markdown --output=table.md\n  offheap repro --allocator=glibc,fast=jemalloc,MALLOC_CONF=background_thread:true,dirty_decay_ms:0',
    )
    .action(runReproCommand);
}

async function runReproCommand(options: ReproOptions): Promise<void> {
  const wanted = configurationsOf(options);
  const repeats = parseInteger(options.repeats, '--repeats', { min: 1, max: 1000 });
  const seed = options.seed === undefined ? randomInt(2 ** 31) : parseInteger(options.seed, '--seed', { min: 0, max: 2 ** 31 - 1 });
  const scenario = parseScenario(options);
  const timeoutMs = parseDuration(options.timeout, '--timeout');
  const resultsFolder = join(cacheFolder(), 'results');
  const resultsFile =
    options.results ?? join(resultsFolder, `repro-${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}.json`);
  const ownJars = options.jars === undefined ? undefined : requireJars(options.jars);
  if (options.output !== undefined) await requireWritable(options.output);
  const jdk = await resolveJdk(options.java, execaRunner);
  const progress = startProgress(options.quiet !== true);
  const interruption = interruptible();
  try {
    const jars = ownJars ?? (await ensureScanSet(jdk, execaRunner, () => progress.update('building the scan set (once per JDK)')));
    const result = await runRepro({
      configurations: wanted,
      meter: options.meter,
      repeats,
      seed,
      reference: options.reference,
      scenario: { ...scenario, jars },
      jdk,
      runner: execaRunner,
      timeoutMs,
      sampleIntervalMs,
      crashFolder: resultsFolder,
      signal: interruption.signal,
      onProgress: progress.onCell,
      hold: options.hold === true,
      onHold: (pid) => {
        progress.stop();
        process.stdout.write(`@hold pid=${pid}\n`);
      },
      onResult: (partial) => writeWhole(resultsFile, reporters.json(partial)),
    });
    progress.stop();
    await present(result, options);
    progress.say(`raw result: ${resultsFile}`);
    process.exitCode = exitCodeOf(result);
  } finally {
    progress.stop();
    interruption.release();
  }
}

function configurationsOf({ allocator, cores, reference }: ReproOptions): Configuration[] {
  const wanted = parseConfigurations(allocator);
  if (wanted.length > 1 && reference !== defaultReference && !wanted.some(({ key }) => key === reference)) {
    const keys = wanted.map(({ key }) => key).join(', ');
    throw new OffheapError(
      'USAGE',
      `Expected --reference to be one of the configurations that are run (${keys}), got ${quote(reference)}.`,
    );
  }
  if (cores === undefined) return wanted;
  const count = parseInteger(cores, '--cores', { min: 1, max: 4096 });
  return wanted.map((configuration) => simulateCores(configuration, count));
}

function parseScenario(options: ReproOptions): Omit<Scenario, 'jars'> {
  return {
    name: 'java-repro',
    loader: options.loader,
    scan: options.scan,
    package: options.package,
    threads: parseInteger(options.threads, '--threads', { min: 1, max: 1024 }),
    passes: parseInteger(options.passes, '--passes', { min: 1, max: 10_000 }),
    streams: parseInteger(options.streams, '--streams', { min: 1, max: 1_000_000 }),
    heapBytes: parseByteSize(options.heap, '--heap'),
    settleMs: parseDuration(options.settle, '--settle'),
  };
}

function requireJars(path: string): string {
  if (existsSync(path)) return resolve(path);
  throw new OffheapError('MISSING_FILE', `Expected --jars to be a jar or a folder of jars, but ${quote(path)} does not exist.`);
}

async function present(result: ResultFile, { format, output }: ReproOptions): Promise<void> {
  const toTerminal = output === undefined && process.stdout.isTTY === true;
  const color = toTerminal && !process.env['NO_COLOR'];
  const text = reporters[format](result, { color, width: terminalWidth(), assets: loadReportAssets });
  if (output === undefined) process.stdout.write(text);
  else await writeWhole(output, text);
}

/** A skipped cell is no failure: what it needs is optional. That nothing could be run is one. */
function exitCodeOf({ cells, complete }: ResultFile): number {
  if (!complete) return exitCodes.interrupted;
  const failed = cells.some((cell) => cell.state === 'failed' || cell.state === 'timeout');
  return failed || !cells.some((cell) => cell.state === 'ok') ? exitCodes.failed : exitCodes.ok;
}

/** Ctrl-C and a polite kill end the running JVM; the finished cells are kept and shown. */
function interruptible(): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const interrupt = () => controller.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, interrupt);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of signals) process.off(name, interrupt);
    },
  };
}
