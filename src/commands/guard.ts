import { type Command, Option } from 'commander';
import { parseConfigurations } from '../allocators/parse-configurations.ts';
import { exitCodes, OffheapError } from '../model/errors.ts';
import type { Bound, GuardReport } from '../model/guard.ts';
import type { ResultFile } from '../model/result.ts';
import { parseDuration } from '../model/units.ts';
import { requireWritable, writeWhole } from '../process/whole-file.ts';
import { renderAnnotations, renderGuard } from '../reporters/guard.ts';
import { renderJunit } from '../reporters/junit.ts';
import { judgeBound } from '../stats/quantities.ts';
import { addCommandOptions, type CommandOptions, jdkOf, parseCommandScenario } from './command-options.ts';
import { allocatorOption, resultPaths } from './experiment-options.ts';
import { addBoundOptions, parseBounds } from './guard-bounds.ts';
import { missingProgram } from './missing-target.ts';
import { runMatrix } from './run-matrix.ts';

interface GuardOptions extends CommandOptions {
  allocator: string;
  meter: boolean;
  junit?: string;
  format: 'table' | 'json';
  results?: string;
  quiet?: boolean;
}

export function registerGuard(program: Command): void {
  const command = program
    .command('guard')
    .description(
      'Takes the program through its phases as compare does, on one configuration, and ends with status 3 and a line per broken bound. ' +
        'A bound whose quantity was not measured is no bound kept: status 1. In GitHub Actions every one is an annotation.',
    )
    .argument('[command...]', 'the program and its arguments, after --')
    .usage('[options] -- java -jar app.jar …');
  addBoundOptions(command);
  addCommandOptions(command)
    .addOption(allocatorOption('glibc'))
    .option('--no-meter', 'do not put libmeter.so in front of the allocator: no live bytes, and nothing retained')
    .option('--junit <file>', 'write the verdicts as JUnit XML')
    .addOption(new Option('--format <format>', 'how the verdicts are printed').choices(['table', 'json']).default('table'))
    .option('--results <file>', 'where the raw result file is kept (default: a new file, see Files)')
    .option('--quiet', 'no progress on stderr')
    .addHelpText(
      'after',
      "\nExamples:\n  offheap guard --max-retained=64MB --max-settled=500MB --ready=tcp:8080 --load='node load.js' -- java -jar app.jar\n" +
        '  offheap guard --max-growth=1MB/min --ready=Started --duration=2m --junit=memory.xml -- java -jar app.jar',
    )
    .action(runGuardCommand);
}

async function runGuardCommand(words: string[], options: GuardOptions): Promise<void> {
  if (words.length === 0)
    throw missingProgram('offheap guard --max-retained=64MB --ready=tcp:8080 --duration=1m -- java -jar app.jar');
  const bounds = parseBounds({ ...options });
  const scenario = parseCommandScenario(words, options);
  const configurations = parseConfigurations(options.allocator);
  if (configurations.length !== 1)
    throw new OffheapError('USAGE', 'Expected guard to run one configuration. offheap compare runs several.');
  const timeoutMs = parseDuration(options.timeout, '--timeout');
  if (options.junit !== undefined) await requireWritable(options.junit);
  const { result, unkept } = await runMatrix({
    ...{
      ...{ configurations, repeats: 1, seed: 0, reference: configurations[0]?.key ?? '', meter: options.meter },
      ...{ census: false, stacks: false, resumed: undefined },
    },
    ...{ jdk: await jdkOf(words), timeoutMs, hold: false, quiet: options.quiet === true, paths: resultPaths(options, 'guard') },
    prepare: async () => scenario,
  });
  if (!result.complete) {
    process.exitCode = exitCodes.interrupted;
    return;
  }
  await present(toReport(result, bounds, words), options);
  if (unkept) throw unkept;
}

async function present(report: GuardReport, { format, junit }: GuardOptions): Promise<void> {
  process.stdout.write(format === 'json' ? `${JSON.stringify(report, undefined, 2)}\n` : renderGuard(report));
  if (process.env['GITHUB_ACTIONS'] === 'true') process.stderr.write(renderAnnotations(report));
  process.exitCode = exitCodeOf(report);
  if (junit !== undefined) await writeWhole(junit, renderJunit(report));
}

function toReport({ cells: [cell] }: ResultFile, bounds: readonly Bound[], command: readonly string[]): GuardReport {
  if (!cell) throw new OffheapError('CHILD_FAILED', 'The program was not run.');
  const { configuration, state, reason } = cell;
  const verdicts = state === 'ok' ? bounds.map((bound) => judgeBound(cell, bound)) : [];
  return { schemaVersion: 1, configuration, command, state, ...(reason === undefined ? {} : { reason }), verdicts };
}

function exitCodeOf({ state, verdicts }: GuardReport): number {
  if (verdicts.some((verdict) => verdict.state === 'broken')) return exitCodes.problems;
  return state === 'ok' && verdicts.every((verdict) => verdict.state === 'kept') ? exitCodes.ok : exitCodes.failed;
}
