import { parseDuration } from '../model/units.ts';
import type { CommandDefinition } from './help/definition.ts';
import { libraryVariables } from './help/library-variables.ts';
import { environment, exits, files } from './help/manual.ts';
import {
  addMatrixOptions,
  addOutputOptions,
  allocatorOption,
  type MatrixOptions,
  parseMatrix,
  resultPaths,
} from './options/experiment-options.ts';
import { addReproOptions, prepareRepro, type ReproOptions } from './options/repro-options.ts';

interface ReproCommandOptions extends MatrixOptions, ReproOptions {
  timeout: string;
  hold?: boolean;
}

export const reproCommand: CommandDefinition = {
  name: 'repro',
  group: 'demo',
  summary: 'run the bundled jar scanner under several allocators and compare what they return',
  description:
    'Starts a JVM per configuration that scans jars and leaves its Inflaters to the GC, as Spring Boot 2.0.4 did, and measures its RSS ' +
    'from outside: before the scan, after it, after the GC has freed everything, when all has settled, and after malloc_trim.',
  manual: {
    examples: [
      'offheap repro --allocator=glibc,mmap',
      'offheap repro --allocator=all --repeats=6 --format=markdown --output=table.md',
      'offheap repro --allocator=glibc,fast=jemalloc,MALLOC_CONF=background_thread:true,dirty_decay_ms:0',
    ],
    exit: [exits.cellsOk, exits.cellFailed, exits.usage, exits.interrupted],
    files: [files.results, files.scanSet, files.counterFolder],
    environment: [
      environment.cacheFolder,
      environment.javaHome,
      libraryVariables,
      environment.mavenRepository,
      environment.noColor,
    ],
    seeAlso: ['offheap compare', 'offheap report', 'docs/result-schema.md'],
  },
  configure: (command) => {
    command.addOption(allocatorOption('all')).action(runRepro);
    addReproOptions(command)
      .option('--settle <duration>', 'idle time between the GC and the last measurement', '5s')
      .option('--timeout <duration>', 'longest time a cell may take', '2m');
    addMatrixOptions(command).option(
      '--hold',
      'keep the last JVM at settled, print @hold pid=PID, and wait to be interrupted: a patient for the doctor',
    );
    addOutputOptions(command);
  },
};

async function runRepro(options: ReproCommandOptions): Promise<void> {
  const matrix = await parseMatrix(options);
  const prepareScenario = prepareRepro(options);
  const timeoutMs = parseDuration(options.timeout, '--timeout');
  const paths = resultPaths(options, 'repro');
  const { requireOutput } = await import('./run/output.ts');
  await requireOutput(options.output);
  const { resolveJdk } = await import('../jvm/java-home.ts');
  const { execaRunner } = await import('../process/execa-runner.ts');
  const jdk = await resolveJdk(options.java, execaRunner);
  const { chooseExitCode, present, runMatrix } = await import('./run/run-matrix.ts');
  const { result, unkept } = await runMatrix({
    ...matrix,
    jdk,
    timeoutMs,
    paths,
    quiet: options.quiet === true,
    hold: options.hold === true,
    prepare: (progress) => prepareScenario(jdk, progress),
  });
  await present(result, options);
  if (unkept) throw unkept;
  process.exitCode = chooseExitCode(result);
}
