import { parseConfigurations } from '../allocators/parse-configurations.ts';
import type { GuardOutcome } from '../api/guard.ts';
import { exitCodes, OffheapError } from '../model/errors.ts';
import type { GuardReport } from '../model/guard.ts';
import { type GuardFormat, guardFormats } from '../reporters/formats.ts';
import type { CommandDefinition } from './help/definition.ts';
import { libraryVariables } from './help/library-variables.ts';
import { environment, exits, files } from './help/manual.ts';
import { moreOption } from './help/more-options.ts';
import { addBaselineOptions, type BaselineOptions, parseBaseline } from './options/baseline-options.ts';
import { addCommandOptions, type CommandOptions, parseProgram, warmupOption } from './options/command-options.ts';
import { allocatorOption, doctorOption, dryRunOption, resultFileOf } from './options/experiment-options.ts';
import { addBoundOptions, parseBounds } from './options/guard-bounds.ts';
import { addPrintOptions, type PrintOptions } from './options/print-options.ts';
import { toJson } from './run/json.ts';
import { missingProgram } from './run/missing-target.ts';
import { planProgram } from './run/plan-program.ts';

interface GuardOptions extends CommandOptions, BaselineOptions, PrintOptions<GuardFormat> {
  allocator: string;
  meter: boolean;
  doctor: boolean;
  junit?: string;
  results?: string;
  dryRun?: boolean;
}

export const guardCommand: CommandDefinition = {
  name: 'guard',
  group: 'try',
  summary: 'run your program, and fail when its memory exceeds a bound or an earlier result: for CI',
  description:
    'Runs the program as compare does, and ends with status 3 and a line for each broken bound, or for what became worse than in a baseline. What could not ' +
    'be checked or decided has status 1. In GitHub Actions each is an annotation.',
  manual: {
    examples: [
      "offheap guard --max-retained=64MB --max-settled=500MB --junit=memory.xml --ready=tcp:8080 --load='node load.js' -- java -jar app.jar",
      "offheap guard --baseline=main.json --max-regression=5% --repeats=5 --ready=tcp:8080 --load='node load.js' -- java -jar app.jar",
    ],
    exit: [
      '0    every bound is kept, and nothing became worse than is allowed',
      '1    something could not be checked or decided, or the program failed',
      exits.usage,
      '3    a bound is broken, or something became worse',
      exits.interrupted,
    ],
    files: [files.results, files.counterFolder],
    environment: [environment.cacheFolder, libraryVariables, 'GITHUB_ACTIONS=true   annotations on stderr'],
    seeAlso: ['offheap compare', 'docs/compare.md'],
  },
  configure: (command) => {
    command.argument('[command...]').usage('[options] -- java -jar app.jar …').action(runGuard);
    addBoundOptions(command);
    addBaselineOptions(command);
    addCommandOptions(command)
      .addOption(allocatorOption('glibc'))
      .addOption(moreOption('--no-meter', 'do not preload libmeter.so: no live bytes, and nothing retained'))
      .addOption(warmupOption())
      .addOption(doctorOption())
      .addOption(dryRunOption())
      .option('--junit <file>', 'write the verdicts as JUnit XML')
      .addOption(moreOption('--results <file>', 'keep the raw result in this file (default: a new file, see Files)'));
    addPrintOptions(command, guardFormats);
  },
};

async function runGuard(words: string[], options: GuardOptions): Promise<void> {
  if (words.length === 0)
    throw missingProgram('offheap guard --max-retained=64MB --ready=tcp:8080 --duration=1m -- java -jar app.jar');
  const comparison = await parseBaseline(options);
  const bounds = parseBounds({ ...options });
  const program = await parseProgram(words, options);
  if (parseConfigurations(options.allocator).length !== 1)
    throw new OffheapError('USAGE', 'Expected guard to run one configuration. offheap compare runs several.');
  if (options.dryRun === true) {
    const configurations = parseConfigurations(options.allocator);
    return planProgram({ program, configurations, rounds: 1, isAtMost: false }, options);
  }
  const { requireOutput } = await import('./run/output.ts');
  await requireOutput(options.junit);
  await requireOutput(options.output);
  const { guard } = await import('../api/guard.ts');
  const { runKept } = await import('./run/run-kept.ts');
  const kept = { file: resultFileOf(options, 'guard'), quiet: options.quiet === true };
  const { value, unkept } = await runKept(kept, (hooks) =>
    guard({
      ...program,
      ...comparison,
      ...(bounds.length > 0 ? { bounds } : {}),
      configuration: options.allocator,
      meter: options.meter,
      doctor: options.doctor,
      ...hooks,
    }).catch((error: unknown) => {
      if (hooks.signal.aborted) return undefined;
      throw error;
    }),
  );
  if (!value) {
    process.exitCode = exitCodes.interrupted;
    return;
  }
  await present(value, options);
  if (unkept) throw unkept;
}

/** The file first: whoever reads stdout may have closed it. */
async function present({ outcome, report }: GuardOutcome, options: GuardOptions): Promise<void> {
  const { format, junit } = options;
  const { renderAnnotations } = await import('../reporters/guard.ts');
  const { writeOutput } = await import('./run/output.ts');
  process.exitCode = exitCodeOf[outcome];
  try {
    if (junit !== undefined) await writeJunit(report, junit);
  } finally {
    await writeOutput(await render(report, format), options);
    if (process.env['GITHUB_ACTIONS'] === 'true') process.stderr.write(renderAnnotations(report));
  }
}

async function render(report: GuardReport, format: GuardFormat): Promise<string> {
  if (format === 'json') return toJson(report);
  if (format === 'markdown') return (await import('../reporters/guard-markdown.ts')).renderGuardMarkdown(report);
  return (await import('../reporters/guard.ts')).renderGuard(report);
}

async function writeJunit(report: GuardReport, file: string): Promise<void> {
  const { renderJunit } = await import('../reporters/junit.ts');
  const { writeWhole } = await import('../process/whole-file.ts');
  await writeWhole(file, renderJunit(report));
}

const exitCodeOf = { kept: exitCodes.ok, broken: exitCodes.problems, unknown: exitCodes.failed } as const;
