import type { Command } from 'commander';
import { resolveJdk } from '../jvm/java-home.ts';
import { parseDuration } from '../model/units.ts';
import { execaRunner } from '../process/execa-runner.ts';
import { requireWritable } from '../process/whole-file.ts';
import {
  addMatrixOptions,
  addOutputOptions,
  allocatorOption,
  type MatrixOptions,
  parseMatrix,
  resultPaths,
} from './experiment-options.ts';
import { addReproOptions, prepareRepro, type ReproOptions } from './repro-options.ts';
import { exitCodeOf, present, runMatrix } from './run-matrix.ts';

interface ReproCommandOptions extends MatrixOptions, ReproOptions {
  timeout: string;
  hold?: boolean;
}

export function registerRepro(program: Command): void {
  const command = program
    .command('repro')
    .description(
      'Starts a JVM per configuration that scans jars and leaves its Inflaters to the GC, as Spring Boot 2.0.4 did, and measures its RSS ' +
        'from outside: before the scan, after it, after the GC has freed everything, when all has settled, and after malloc_trim.',
    )
    .addOption(allocatorOption('all'));
  addReproOptions(command)
    .option('--settle <duration>', 'idle time between the GC and the last measurement', '5s')
    .option('--timeout <duration>', 'longest time a cell may take', '2m');
  addMatrixOptions(command).option(
    '--hold',
    'keep the last JVM at settled, print @hold pid=PID, and wait to be interrupted: a patient for the doctor',
  );
  addOutputOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  offheap repro --allocator=glibc,mmap\n  offheap repro --allocator=all --repeats=6 --format=markdown --output=table.md\n  offheap repro --allocator=glibc,fast=jemalloc,MALLOC_CONF=background_thread:true,dirty_decay_ms:0',
    )
    .action(runReproCommand);
}

async function runReproCommand(options: ReproCommandOptions): Promise<void> {
  const matrix = await parseMatrix(options);
  const prepared = prepareRepro(options);
  const timeoutMs = parseDuration(options.timeout, '--timeout');
  const paths = resultPaths(options, 'repro');
  if (options.output !== undefined) await requireWritable(options.output);
  const jdk = await resolveJdk(options.java, execaRunner);
  const { result, unkept } = await runMatrix({
    ...matrix,
    ...{ jdk, timeoutMs, paths, quiet: options.quiet === true, hold: options.hold === true },
    prepare: (progress) => prepared(jdk, progress),
  });
  await present(result, options);
  if (unkept) throw unkept;
  process.exitCode = exitCodeOf(result);
}
