import { type Command, Option } from 'commander';
import { parseConfigurations } from '../allocators/parse-configurations.ts';
import { OffheapError } from '../model/errors.ts';
import { phaseNamed } from '../model/phase.ts';
import { parseDuration, parseInteger } from '../model/units.ts';
import type { CommandDefinition } from './help/definition.ts';
import { libraryVariables } from './help/library-variables.ts';
import { environment, exits, files } from './help/manual.ts';
import { moreOption } from './help/more-options.ts';
import {
  addMatrixOptions,
  addOutputOptions,
  allocatorOption,
  type MatrixOptions,
  type MatrixRequest,
  parseMatrix,
  resultFileOf,
} from './options/experiment-options.ts';
import { addFitLimitOptions, type FitLimitOptions, parseFitLimits } from './options/fit-options.ts';
import { addReproOptions, prepareRepro, type ReproOptions, reproWithoutJars } from './options/repro-options.ts';

interface ReproCommandOptions extends MatrixOptions, ReproOptions, FitLimitOptions {
  repeats: string;
  timeout: string;
  hold?: (typeof heldPhases)[number];
  fit?: boolean;
}

/** As the reproducer announces them: with all of the burst, or when its memory was freed. */
const heldPhases = ['scanned', 'settled'] as const;

export const reproCommand: CommandDefinition = {
  name: 'repro',
  group: 'demo',
  summary: 'run the bundled jar scanner under several allocators, and compare what they return',
  description:
    'Starts a JVM for each configuration. It scans jars and leaves its Inflaters to the GC, as Spring Boot 2.0.4 did. RSS is measured from outside: ' +
    'before the scan, after it, after the GC has freed everything, when all has settled, and after malloc_trim.',
  manual: {
    examples: [
      'offheap repro --allocator=glibc,mmap',
      'offheap repro --fit --allocator=glibc,jemalloc-bg',
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
      .addOption(moreOption('--settle <duration>', 'idle time between the GC and the last measurement', '5s'))
      .addOption(moreOption('--timeout <duration>', 'longest time that one run may take', '2m'));
    command.option('--repeats <n>', 'run each configuration n times, in shuffled rounds', '1');
    addMatrixOptions(command)
      .addOption(new Option('--hold [phase]', 'keep the last JVM there, print its pid').choices(heldPhases).preset('settled'))
      .option('--fit', 'find the smallest memory limits, as offheap fit does');
    addFitLimitOptions(command, 'with --fit: ');
    addOutputOptions(command);
  },
};

async function runRepro(options: ReproCommandOptions, command: Command): Promise<void> {
  if (options.fit === true) return fitRepro(options, command);
  const { cores: _, ...matrix } = await parseMatrix(options);
  const repeats = parseInteger(options.repeats, '--repeats', { min: 1, max: 1000 });
  const prepareScenario = prepareRepro(options);
  const timeoutMs = parseDuration(options.timeout, '--timeout');
  if (options.dryRun === true) return planRepro({ matrix, repeats, timeoutMs }, options);
  const { requireOutput } = await import('./run/output.ts');
  await requireOutput(options.output);
  const { resolveJdk } = await import('../jvm/java-home.ts');
  const { execaRunner } = await import('../process/execa-runner.ts');
  const jdk = await resolveJdk(options.java, execaRunner);
  const { runMatrix } = await import('../api/matrix.ts');
  const { chooseExitCode, present, runKept } = await import('./run/run-kept.ts');
  const kept = { file: resultFileOf(options, 'repro'), quiet: options.quiet === true, resumed: matrix.resumed };
  const { value: result, unkept } = await runKept(kept, async (hooks, progress) => {
    const scenario = await prepareScenario(jdk, progress, hooks.signal);
    const onHold = (pid: number) => {
      progress.stop();
      process.stdout.write(`@hold pid=${pid}\n`);
    };
    return runMatrix({
      ...matrix,
      repeats,
      jdk,
      timeoutMs,
      scenario,
      ...(options.hold ? { hold: phaseNamed(options.hold), onHold } : {}),
      ...hooks,
    });
  });
  await present(result, options);
  if (unkept) throw unkept;
  process.exitCode = chooseExitCode(result);
}

async function planRepro(
  { matrix, repeats, timeoutMs }: { matrix: Omit<MatrixRequest, 'cores'>; repeats: number; timeoutMs: number },
  options: ReproCommandOptions,
): Promise<void> {
  const { resolveJdk } = await import('../jvm/java-home.ts');
  const { execaRunner } = await import('../process/execa-runner.ts');
  const { printPlan } = await import('./run/dry-run.ts');
  const { configurations, resumed } = matrix;
  await printPlan(
    {
      ...{ configurations, rounds: repeats, isAtMost: false, timeoutMs },
      scenario: reproWithoutJars(options),
      jdk: await resolveJdk(options.java, execaRunner),
      resumed: resumed && options.resume !== undefined ? { result: resumed, file: options.resume } : undefined,
    },
    options,
  );
}

/** The search has defaults of its own for what a matrix has as well. */
const fitDefaults = { repeats: '3', settle: '0s' } as const;

async function fitRepro(options: ReproCommandOptions, command: Command): Promise<void> {
  const isGiven = (name: string) => command.getOptionValueSource(name) === 'cli';
  const refused = ['dryRun', 'hold', 'census', 'stacks', 'seed', 'cores', 'meter'].find(isGiven);
  if (refused !== undefined) {
    const flag = refused === 'meter' ? 'no-meter' : refused === 'dryRun' ? 'dry-run' : refused;
    throw new OffheapError('USAGE', `Expected no --${flag} with --fit, which only looks for a limit.`);
  }
  if (options.format !== 'table' && options.format !== 'json')
    throw new OffheapError('USAGE', `Expected --format to be table or json with --fit, got ${options.format}.`);
  const own = Object.entries(fitDefaults).filter(([name]) => !isGiven(name));
  const asked: ReproCommandOptions = { ...options, ...Object.fromEntries(own) };
  const configurations = parseConfigurations(options.allocator);
  const limits = parseFitLimits(asked);
  const prepareScenario = prepareRepro(asked);
  const { resolveJdk } = await import('../jvm/java-home.ts');
  const { execaRunner } = await import('../process/execa-runner.ts');
  const jdk = await resolveJdk(options.java, execaRunner);
  const { fitAndPrint } = await import('./run/run-fit.ts');
  await fitAndPrint({
    ...limits,
    configurations,
    reference: options.reference,
    resume: options.resume,
    jdk,
    prepare: (progress, signal) => prepareScenario(jdk, progress, signal),
    file: resultFileOf(options, 'fit'),
    print: options,
  });
}
