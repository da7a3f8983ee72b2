import type { Command } from 'commander';
import { shippable } from '../allocators/configurations.ts';
import type { CommandDefinition } from './help/definition.ts';
import { libraryVariables } from './help/library-variables.ts';
import { environment, exits, files } from './help/manual.ts';
import { addCommandOptions, type CommandOptions, parseProgram } from './options/command-options.ts';
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
import { missingProgram } from './run/missing-target.ts';
import { planProgram } from './run/plan-program.ts';

interface CompareOptions extends MatrixOptions, CommandOptions, DecisionOptions {
  doctor: boolean;
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
    addCommandOptions(command);
    addDecisionOptions(command);
    addMatrixOptions(command).addOption(doctorOption());
    addOutputOptions(command);
  },
};

async function runCompare(words: string[], options: CompareOptions, command: Command): Promise<void> {
  if (words.length === 0) throw missingProgram('offheap compare --ready=tcp:8080 --duration=1m -- java -jar app.jar');
  const program = await parseProgram(words, options);
  const decision = parseDecision(options, (name) => command.getOptionValueSource(name) === 'cli');
  const { configurations, ...matrix } = await parseMatrix(options);
  if (options.dryRun === true) {
    const isAtMost = decision.repeats === undefined && configurations.length > 1;
    const rounds = decision.repeats ?? (isAtMost ? (decision.maxRepeats ?? 1) : 1);
    return planProgram({ program, configurations, rounds, isAtMost, resumed: matrix.resumed }, options);
  }
  const { requireOutput } = await import('./run/output.ts');
  await requireOutput(options.output);
  const { compare } = await import('../api/compare.ts');
  const { chooseExitCode, present, runKept } = await import('./run/run-kept.ts');
  const kept = { file: resultFileOf(options, 'compare'), quiet: options.quiet === true, resumed: matrix.resumed };
  const { value: result, unkept } = await runKept(kept, (hooks) =>
    compare({ ...program, ...matrix, ...decision, doctor: options.doctor, configurations: [options.allocator], ...hooks }),
  );
  await present(result, options);
  if (unkept) throw unkept;
  process.exitCode = chooseExitCode(result);
}
