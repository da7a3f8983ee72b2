import type { Command } from 'commander';
import { configurations } from '../allocators/configurations.ts';
import { runnable } from '../allocators/registry.ts';
import { parseDuration } from '../model/units.ts';
import { requireWritable } from '../process/whole-file.ts';
import { addCommandOptions, type CommandOptions, jdkOf, parseCommandScenario } from './command-options.ts';
import {
  addMatrixOptions,
  addOutputOptions,
  allocatorOption,
  type MatrixOptions,
  parseMatrix,
  resultPaths,
} from './experiment-options.ts';
import { missingProgram } from './missing-target.ts';
import { exitCodeOf, present, runMatrix } from './run-matrix.ts';

interface CompareOptions extends MatrixOptions, CommandOptions {}

/** All that one could ship; the mmap allocator is an instrument, and takes part when it is named. */
const shippable = configurations.filter(({ allocator }) => !runnable[allocator].isInstrument).map(({ key }) => key);

export function registerCompare(program: Command): void {
  const command = program
    .command('compare')
    .description(
      'Starts the program once per configuration and repeat, takes it through its phases (ready, under load, collected, settled), measures memory, time ' +
        'and faults from outside, and ends with a recommendation as lines to paste. Where an option does not say how a phase comes about, the program ' +
        'announces it by a line `@phase NAME`; figures of the load are compared when it prints `@metric name=value [better=higher|lower]`.',
    )
    .argument('[command...]', 'the program and its arguments, after --')
    .usage('[options] -- java -jar app.jar …')
    .addOption(allocatorOption(shippable.join(','), 'all but mmap'));
  addCommandOptions(command);
  addMatrixOptions(command);
  addOutputOptions(command)
    .addHelpText(
      'after',
      "\nExamples:\n  offheap compare --ready=http://127.0.0.1:8080/health --load='wrk -d20s http://127.0.0.1:8080/' --gc --repeats=3 -- java -jar app.jar\n" +
        '  offheap compare --allocator=glibc,jemalloc-bg --ready=tcp:5432 --duration=1m -- ./server --port=5432',
    )
    .action(runCompareCommand);
}

async function runCompareCommand(words: string[], options: CompareOptions): Promise<void> {
  if (words.length === 0) throw missingProgram('offheap compare --ready=tcp:8080 --duration=1m -- java -jar app.jar');
  const scenario = parseCommandScenario(words, options);
  const matrix = await parseMatrix(options);
  const timeoutMs = parseDuration(options.timeout, '--timeout');
  const paths = resultPaths(options, 'compare');
  if (options.output !== undefined) await requireWritable(options.output);
  const jdk = await jdkOf(words);
  const { result, unkept } = await runMatrix({
    ...matrix,
    ...{ jdk, timeoutMs, paths, quiet: options.quiet === true, hold: false },
    prepare: async () => scenario,
  });
  await present(result, options);
  if (unkept) throw unkept;
  process.exitCode = exitCodeOf(result);
}
