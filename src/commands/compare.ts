import type { Command } from 'commander';
import { shippable } from '../allocators/configurations.ts';
import { parseConfigurations } from '../allocators/parse-configurations.ts';
import type { CompareOptions as ApiOptions } from '../api/compare.ts';
import { OffheapError } from '../model/errors.ts';
import { parseDuration, quote } from '../model/units.ts';
import type { CommandDefinition } from './help/definition.ts';
import { libraryVariables } from './help/library-variables.ts';
import { environment, exits, files } from './help/manual.ts';
import { moreOption } from './help/more-options.ts';
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
  explore?: boolean;
  budget: string;
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
    addMatrixOptions(command)
      .addOption(warmupOption())
      .addOption(doctorOption())
      .addOption(moreOption('--explore', 'search settings of these allocators, and name candidates to compare'))
      .addOption(moreOption('--budget <duration>', 'the time that --explore may take', '20m'));
    addOutputOptions(command);
  },
};

async function runCompare(words: string[], options: CompareOptions, command: Command): Promise<void> {
  if (options.explore === true) return runExplore(words, options, command);
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

/** What only a comparison is about. */
const notExplored = ['variant', 'repeats', 'maxRepeats', 'warmup', 'resume', 'stacks', 'census', 'cores', 'dryRun'];

async function runExplore(words: readonly string[], options: CompareOptions, command: Command): Promise<void> {
  const refused = notExplored.find((name) => command.getOptionValueSource(name) === 'cli');
  if (refused !== undefined) {
    const flag = refused.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new OffheapError('USAGE', `Expected no --${flag} with --explore, which chooses candidates for a comparison.`);
  }
  if (options.format !== 'table' && options.format !== 'json')
    throw new OffheapError('USAGE', `Expected --format to be table or json with --explore, got ${options.format}.`);
  if (words.length === 0) throw missingProgram('offheap compare --explore --ready=tcp:8080 --duration=1m -- java -jar app.jar');
  const program = await parseProgram(words, options);
  const { configurations: given, seed, meter } = await parseMatrix(options);
  const [reference] = parseConfigurations(
    given.some(({ key }) => key === options.reference) ? options.allocator : options.reference,
  ).filter(({ key }) => key === options.reference);
  if (!reference) throw new OffheapError('USAGE', `Expected --reference to be a configuration, got ${quote(options.reference)}.`);
  const budgetMs = parseDuration(options.budget, '--budget');
  const { resolveCommandJdk, toScenario } = await import('../api/program.ts');
  const { exploreAndPrint } = await import('./run/run-explore.ts');
  const { commandToCompare } = await import('./run/repeat-command.ts');
  await exploreAndPrint({
    ...{ given, reference, budgetMs, seed, meter },
    scenario: toScenario(program),
    timeoutMs: program.timeoutMs,
    jdk: await resolveCommandJdk(program.command),
    commandFor: (allocators) => commandToCompare(process.argv.slice(2), allocators),
    file: resultFileOf(options, 'explore'),
    print: options,
  });
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
