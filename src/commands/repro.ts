import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { ensureScanSet } from '../experiment/repro-launch.ts';
import { requireWritable } from '../experiment/result-store.ts';
import { resolveJdk } from '../jvm/java-home.ts';
import { OffheapError } from '../model/errors.ts';
import type { ReproScenario } from '../model/result.ts';
import { parseByteSize, parseDuration, parseInteger, quote } from '../model/units.ts';
import { execaRunner } from '../process/execa-runner.ts';
import {
  addMatrixOptions,
  addOutputOptions,
  allocatorOption,
  type MatrixOptions,
  parseMatrix,
  resultPaths,
} from './experiment-options.ts';
import { exitCodeOf, present, runMatrix } from './run-matrix.ts';

const loaders = ['leaky', 'half', 'fixed', 'jdk'];
const scans = ['none', 'package', 'all'];

interface ReproOptions extends MatrixOptions {
  loader: string;
  scan: string;
  package: string;
  threads: string;
  passes: string;
  streams: string;
  heap: string;
  settle: string;
  timeout: string;
  jars?: string;
  java?: string;
  hold?: boolean;
}

export function registerRepro(program: Command): void {
  const command = program
    .command('repro')
    .summary('run the bundled jar scanner under several allocators and compare what they return')
    .description(
      'Starts a JVM per configuration that scans jars and leaves its Inflaters to the GC, as Spring Boot 2.0.4 did, and measures its RSS ' +
        'from outside: before the scan, after it, after the GC has freed everything, when all has settled, and after malloc_trim.',
    )
    .addOption(allocatorOption('all'))
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
    .option('--timeout <duration>', 'longest time a cell may take', '2m');
  addMatrixOptions(command)
    .option('--hold', 'keep the last JVM at settled, print @hold pid=PID, and wait to be interrupted: a patient for the doctor')
    .option('--jars <path>', 'scan this fat jar, or the jars of this folder, instead of the built-in set')
    .option('--java <home>', 'the JDK to run (default: JAVA_HOME, else java on PATH)');
  addOutputOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  offheap repro --allocator=glibc,mmap\n  offheap repro --allocator=all --repeats=6 --format=markdown --output=table.md\n  offheap repro --allocator=glibc,fast=jemalloc,MALLOC_CONF=background_thread:true,dirty_decay_ms:0',
    )
    .action(runReproCommand);
}

async function runReproCommand(options: ReproOptions): Promise<void> {
  const matrix = await parseMatrix(options);
  const scenario = parseScenario(options);
  const timeoutMs = parseDuration(options.timeout, '--timeout');
  const paths = resultPaths(options, 'repro');
  const ownJars = options.jars === undefined ? undefined : requireJars(options.jars);
  if (options.output !== undefined) await requireWritable(options.output);
  const jdk = await resolveJdk(options.java, execaRunner);
  const { result, unkept } = await runMatrix({
    ...matrix,
    ...{ jdk, timeoutMs, paths, quiet: options.quiet === true, hold: options.hold === true },
    prepare: async (progress) => {
      const building = () => progress.update('building the scan set (once per JDK)');
      return { ...scenario, jars: ownJars ?? (await ensureScanSet(jdk, execaRunner, building)) };
    },
  });
  await present(result, options);
  if (unkept) throw unkept;
  process.exitCode = exitCodeOf(result);
}

function parseScenario(options: ReproOptions): Omit<ReproScenario, 'jars'> {
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
