import { configurations } from '../allocators/configurations.ts';
import { runnable } from '../allocators/registry.ts';
import { parseDuration } from '../model/units.ts';
import type { CommandDefinition } from './help/definition.ts';
import { libraryVariables } from './help/library-variables.ts';
import { environment, exits, files } from './help/manual.ts';
import { addCommandOptions, type CommandOptions, parseCommandScenario, resolveCommandJdk } from './options/command-options.ts';
import {
  addMatrixOptions,
  addOutputOptions,
  allocatorOption,
  type MatrixOptions,
  parseMatrix,
  resultPaths,
} from './options/experiment-options.ts';
import { missingProgram } from './run/missing-target.ts';

interface CompareOptions extends MatrixOptions, CommandOptions {}

/** All that one could ship; the mmap allocator is an instrument, and takes part when it is named. */
const shippable = configurations.filter(({ allocator }) => !runnable[allocator].isInstrument).map(({ key }) => key);

export const compareCommand: CommandDefinition = {
  name: 'compare',
  group: 'try',
  summary: 'run your program under several allocators, and say which setting to ship',
  description:
    'Runs the program under each configuration: until it is ready, under load, after a GC, and settled. Measures memory, time and page faults from outside. ' +
    'Ends with a recommendation as lines to paste. A program can announce its phases itself, by a line `@phase NAME`. The load can print figures to compare: ' +
    '`@metric name=value better=higher`.',
  manual: {
    examples: [
      "offheap compare --ready=http://127.0.0.1:8080/health --load='wrk -d20s http://127.0.0.1:8080/' --gc --repeats=3 -- java -jar app.jar",
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
    addMatrixOptions(command);
    addOutputOptions(command);
  },
};

async function runCompare(words: string[], options: CompareOptions): Promise<void> {
  if (words.length === 0) throw missingProgram('offheap compare --ready=tcp:8080 --duration=1m -- java -jar app.jar');
  const scenario = await parseCommandScenario(words, options);
  const matrix = await parseMatrix(options);
  const timeoutMs = parseDuration(options.timeout, '--timeout');
  const paths = resultPaths(options, 'compare');
  const { requireOutput } = await import('./run/output.ts');
  await requireOutput(options.output);
  const jdk = await resolveCommandJdk(words);
  const { chooseExitCode, present, runMatrix } = await import('./run/run-matrix.ts');
  const { result, unkept } = await runMatrix({
    ...matrix,
    jdk,
    timeoutMs,
    paths,
    quiet: options.quiet === true,
    hold: false,
    prepare: async () => scenario,
  });
  await present(result, options);
  if (unkept) throw unkept;
  process.exitCode = chooseExitCode(result);
}
