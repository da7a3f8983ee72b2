import { parseConfigurations } from '../allocators/parse-configurations.ts';
import { type PlainFormat, plainFormats } from '../reporters/formats.ts';
import type { CommandDefinition } from './help/definition.ts';
import { libraryVariables } from './help/library-variables.ts';
import { environment, exits, files } from './help/manual.ts';
import { moreOption } from './help/more-options.ts';
import { addCommandOptions, type CommandOptions, parseProgram } from './options/command-options.ts';
import { allocatorOption, resultFileOf } from './options/experiment-options.ts';
import { addFitLimitOptions, type FitLimitOptions, parseFitLimits, requireFreeHeap } from './options/fit-options.ts';
import { addPrintOptions, type PrintOptions } from './options/print-options.ts';
import { missing } from './run/missing-target.ts';

interface FitOptions extends CommandOptions, FitLimitOptions, PrintOptions<PlainFormat> {
  allocator: string;
  reference: string;
  timeout: string;
  results?: string;
  resume?: string;
}

export const fitCommand: CommandDefinition = {
  name: 'fit',
  group: 'try',
  summary: 'find the smallest memory limit under which your program survives its load',
  description:
    'Runs the program in a memory cgroup of its own: first without a limit, then with real ones, by bisection. At a limit every attempt has to survive. ' +
    'The result tells OOM kills, other failures and slowness apart. A JVM sees the limit as in a container, so a heap by -XX:MaxRAMPercentage follows it. ' +
    'Phases and load are those of compare; a program without them survives when it ends with status 0.',
  manual: {
    examples: [
      "offheap fit --allocator=glibc,glibc-arena2,jemalloc-bg --ready=tcp:8080 --load='node load.js' -- java -XX:MaxRAMPercentage=60 -jar app.jar",
      'offheap fit -- ./batch --input=big.csv',
      'docker run --rm --user 0 --cgroupns=host -v /sys/fs/cgroup:/sys/fs/cgroup offheap fit -- java -jar app.jar',
    ],
    exit: ['0    a limit was found for every configuration that could run', exits.failed, exits.usage, exits.interrupted],
    files: [files.results, '/sys/fs/cgroup/…/offheap-fit-*   a memory cgroup for each attempt, removed with it'],
    environment: [environment.cacheFolder, libraryVariables],
    seeAlso: ['offheap compare', 'offheap repro --fit', 'docs/fit.md'],
  },
  configure: (command) => {
    command
      .argument('[command...]')
      .usage('[options] -- java -jar app.jar …')
      .addOption(allocatorOption('glibc'))
      .addOption(moreOption('--reference <key>', 'savings are against this configuration', 'glibc'))
      .option('--repeats <n>', 'attempts at each limit; all have to survive', '3')
      .action(runFit);
    // Whether a program survives does not show better when it idles.
    addCommandOptions(command, { settle: '0s', steady: '0s' });
    addFitLimitOptions(command)
      .addOption(
        moreOption('--find-heap [range]', 'also find which percentage of the limit to give the heap (default range: 25-80)').preset(
          '25-80',
        ),
      )
      .addOption(
        moreOption('--results <file>', 'keep the raw result in this file (default: that of --resume, else a new one, see Files)'),
      )
      .addOption(moreOption('--resume <file>', 'continue an interrupted raw result: make only the attempts it lacks'));
    addPrintOptions(command, plainFormats);
  },
};

async function runFit(words: string[], options: FitOptions): Promise<void> {
  if (words.length === 0)
    throw missing(
      'a program after --',
      `For example: offheap fit --ready=tcp:8080 --load='node load.js' -- java -jar app.jar. The bundled reproducer: offheap repro --fit`,
    );
  const configurations = parseConfigurations(options.allocator);
  const limits = parseFitLimits(options);
  if (limits.heapPercentages) requireFreeHeap(words);
  const program = await parseProgram(words, options);
  const { resolveCommandJdk, toScenario } = await import('../api/program.ts');
  const { fitAndPrint } = await import('./run/run-fit.ts');
  await fitAndPrint({
    ...limits,
    configurations,
    reference: options.reference,
    resume: options.resume,
    jdk: await resolveCommandJdk(program.command),
    prepare: async () => toScenario(program),
    file: resultFileOf(options, 'fit'),
    print: options,
  });
}
