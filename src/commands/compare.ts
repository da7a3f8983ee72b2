import type { Command } from 'commander';
import { shippable } from '../allocators/configurations.ts';
import type { CompareOptions as ApiOptions } from '../api/compare.ts';
import { OffheapError } from '../model/errors.ts';
import type { CommandDefinition } from './help/definition.ts';
import { libraryVariables } from './help/library-variables.ts';
import { environment, exits, files } from './help/manual.ts';
import { addCommandOptions, type CommandOptions, parseProgram, warmupOption } from './options/command-options.ts';
import { addDecisionOptions, type DecisionOptions, parseDecision } from './options/decision-options.ts';
import {
  addMatrixOptions,
  addOutputOptions,
  allocatorOption,
  doctorOption,
  type MatrixOptions,
  parseMatrix,
  resultFileOf,
} from './options/experiment-options.ts';
import { addVariantOption, parseVariantMatrix, parseVariants, type VariantOptions } from './options/variant-options.ts';
import { missingProgram } from './run/missing-target.ts';
import { type ProgramPlan, planProgram } from './run/plan-program.ts';

interface CompareOptions extends MatrixOptions, CommandOptions, VariantOptions, DecisionOptions {
  doctor: boolean;
}

/** What is to be run, and what a plan says of it. */
interface Parsed {
  experiment: Omit<ApiOptions, 'signal' | 'onProgress' | 'onResult'>;
  planned: Pick<ProgramPlan, 'program' | 'configurations' | 'variants'>;
}

export const compareCommand: CommandDefinition = {
  name: 'compare',
  group: 'try',
  summary: 'run your program under several allocators, and say which setting to ship',
  description:
    'Runs the program under each configuration: until it is ready, under load, after a GC, and settled. Measures memory, time and page faults from outside. ' +
    'Runs rounds until it is decided which setting to ship, and ends with the lines to paste. A program can announce its phases itself, by a line `@phase NAME`. The load can print figures to compare: ' +
    '`@metric name=value better=higher`.',
  manual: {
    examples: [
      "offheap compare --ready=http://127.0.0.1:8080/health --load='wrk -d20s http://127.0.0.1:8080/' --gc -- java -jar app.jar",
      'offheap compare --allocator=glibc,jemalloc-bg --ready=tcp:5432 --duration=1m -- ./server --port=5432',
      "offheap compare --ready=Started --duration=1m --variant='old: java -jar app-1.4.jar' --variant='new: java -jar app-1.5.jar'",
    ],
    exit: [exits.cellsOk, exits.cellFailed, exits.usage, exits.interrupted],
    files: [files.results, files.counterFolder],
    environment: [environment.cacheFolder, libraryVariables, environment.noColor],
    seeAlso: ['offheap guard', 'offheap report', 'docs/compare.md'],
  },
  configure: (command) => {
    command
      .argument('[command...]')
      .usage('[options] -- java -jar app.jar …')
      .addOption(allocatorOption(shippable.join(','), 'all but mmap'))
      .action(runCompare);
    addVariantOption(command);
    addCommandOptions(command);
    addDecisionOptions(command);
    addMatrixOptions(command).addOption(warmupOption()).addOption(doctorOption());
    addOutputOptions(command);
  },
};

async function runCompare(words: string[], options: CompareOptions, command: Command): Promise<void> {
  const { experiment, planned } = options.variant
    ? await parseVariantsOf(options.variant, words, options, command)
    : await parseConfigured(words, options);
  const decision = parseDecision(options, (name) => command.getOptionValueSource(name) === 'cli');
  if (options.dryRun === true) {
    const isAtMost = decision.repeats === undefined && planned.configurations.length > 1;
    const rounds = decision.repeats ?? (isAtMost ? (decision.maxRepeats ?? 1) : 1);
    return planProgram({ ...planned, rounds, isAtMost, resumed: experiment.resumed }, options);
  }
  const { requireOutput } = await import('./run/output.ts');
  await requireOutput(options.output);
  const { compare } = await import('../api/compare.ts');
  const { chooseExitCode, present, runKept } = await import('./run/run-kept.ts');
  const kept = { file: resultFileOf(options, 'compare'), quiet: options.quiet === true, resumed: experiment.resumed };
  const { value: result, unkept } = await runKept(kept, (hooks) =>
    compare({ ...experiment, ...decision, doctor: options.doctor, ...hooks }),
  );
  await present(result, options);
  if (unkept) throw unkept;
  process.exitCode = chooseExitCode(result);
}

/** One program under several configurations. */
async function parseConfigured(words: readonly string[], options: CompareOptions): Promise<Parsed> {
  if (words.length === 0) throw missingProgram('offheap compare --ready=tcp:8080 --duration=1m -- java -jar app.jar');
  const program = await parseProgram(words, options);
  const { configurations, ...matrix } = await parseMatrix(options);
  return { experiment: { ...program, ...matrix, configurations: [options.allocator] }, planned: { program, configurations } };
}

/** Several programs under one configuration. */
async function parseVariantsOf(
  texts: readonly string[],
  words: readonly string[],
  options: CompareOptions,
  command: Command,
): Promise<Parsed> {
  if (options.java !== undefined)
    throw new OffheapError('USAGE', 'Expected no --java with --variant, whose commands name their own JDKs.');
  const variants = await parseVariants(texts, words);
  const isGiven = (option: string) => command.getOptionValueSource(option) !== 'default';
  const { list, configurations, ...matrix } = await parseVariantMatrix(variants, options, isGiven);
  const first = await parseProgram(Object.values(variants)[0] ?? [], options);
  const { command: _, ...program } = first;
  return {
    experiment: { ...program, ...matrix, variants, configurations: [list] },
    planned: { program: first, configurations, variants },
  };
}
