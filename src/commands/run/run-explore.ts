import type { Configuration } from '../../allocators/configurations.ts';
import { locateConfigurations } from '../../allocators/locate.ts';
import { itemOf, spaceOf } from '../../allocators/space.ts';
import { type MatrixRun, runMatrix } from '../../api/matrix.ts';
import { type Exploration, explore, type Outcome } from '../../experiment/explore.ts';
import { describeHost } from '../../experiment/host.ts';
import { exitCodes, OffheapError } from '../../model/errors.ts';
import { type ExploreResult, exploreSchemaVersion } from '../../model/explore.ts';
import type { ResultFile } from '../../model/result.ts';
import { execaRunner } from '../../process/execa-runner.ts';
import { toolVersion } from '../../process/tool-version.ts';
import { requireWritable, writeWhole } from '../../process/whole-file.ts';
import { renderExploration } from '../../reporters/explore.ts';
import type { PrintOptions } from '../options/print-options.ts';
import { interruptible, unlessInterrupted } from './interruptible.ts';
import { toJson } from './json.ts';
import { requireOutput, writeOutput } from './output.ts';
import { startProgress } from './progress.ts';
import { terminalOptions } from './terminal.ts';

export interface ExploreRun extends Pick<MatrixRun, 'scenario' | 'timeoutMs' | 'meter' | 'jdk' | 'seed'> {
  /** What `--allocator` names. */
  given: readonly Configuration[];
  reference: Configuration;
  budgetMs: number;
  /** The command that compares the finalists, by their list for `--allocator`. */
  commandFor: (allocators: string) => string;
  /** The raw result file. */
  file: string;
  print: PrintOptions;
}

/** Searches settings with progress on stderr, interruptible, keeps the raw result file, and prints what was found. */
export async function exploreAndPrint({ commandFor, file, print, ...run }: ExploreRun): Promise<void> {
  await requireOutput(print.output);
  await requireWritable(file);
  const progress = await startProgress(print.quiet !== true);
  const { signal, release } = interruptible();
  try {
    const result = await unlessInterrupted(signal, () =>
      searchSettings(run, { signal, onProgress: progress.onCell, onResult: (partial) => writeWhole(file, toJson(partial)) }),
    );
    progress.stop();
    progress.say(`raw result: ${file}`);
    const text =
      print.format === 'json' ? toJson(result) : renderExploration(result, commandFor(result.allocators), terminalOptions(print));
    await writeOutput(text, print);
    process.exitCode = chooseExitCode(result);
  } finally {
    progress.stop();
    release();
  }
}

interface Hooks extends Pick<MatrixRun, 'onProgress'> {
  signal: AbortSignal;
  onResult: (result: ExploreResult) => Promise<void>;
}

type Search = Omit<ExploreRun, 'commandFor' | 'file' | 'print'>;

async function searchSettings(
  { given, reference, budgetMs, ...matrix }: Search,
  { onResult, ...hooks }: Hooks,
): Promise<ExploreResult> {
  const startedAt = new Date();
  const wanted = spaceOf([reference, ...given.filter(({ key }) => key !== reference.key)], matrix.seed);
  // What this machine lacks is not tried: it takes no time to say so.
  const located = await locateConfigurations(wanted, execaRunner);
  const space = new Map(
    located.filter(({ location }) => location.found).map(({ configuration }) => [configuration.key, configuration]),
  );
  const missing = wanted.filter(({ key }) => !space.has(key)).map(({ key }) => key);
  const resultOf = ({ rungs, finalists, untried, complete }: Exploration): ExploreResult => ({
    schemaVersion: exploreSchemaVersion,
    kind: 'explore',
    tool: { name: 'offheap', version: toolVersion },
    startedAt: startedAt.toISOString(),
    complete,
    host: describeHost(matrix.jdk),
    scenario: matrix.scenario,
    seed: matrix.seed,
    budgetMs,
    tookMs: Date.now() - startedAt.getTime(),
    reference: reference.key,
    rungs,
    finalists,
    allocators: [reference.key, ...finalists]
      .flatMap((key) => space.get(key) ?? [])
      .map(itemOf)
      .join(','),
    untried: [...untried, ...missing],
  });
  const found = await explore(
    { keys: [...space.keys()], reference: reference.key, budgetMs },
    {
      now: () => performance.now(),
      run: async (keys, repeats) => {
        const configurations = keys.flatMap((key) => space.get(key) ?? []);
        const ran = await runMatrix({
          ...matrix,
          ...hooks,
          configurations,
          repeats,
          reference: reference.key,
          census: false,
          stacks: false,
          resumed: undefined,
        });
        return ran.complete || ran.ended !== undefined ? outcomesOf(ran) : undefined;
      },
      onRung: (rungs) => onResult(resultOf({ rungs, finalists: [], untried: [], complete: false })),
    },
  );
  if (found.failure !== undefined)
    throw new OffheapError('CHILD_FAILED', `Expected ${reference.key} to run, to compare the others with: ${found.failure}`);
  const result = resultOf(found);
  await onResult(result);
  return result;
}

function outcomesOf({ cells, ended, plan }: ResultFile): Map<string, Outcome> {
  const keys = plan?.configurations.map(({ key }) => key) ?? [];
  return new Map(
    keys.map((key) => {
      const own = cells.filter(({ configuration }) => configuration === key);
      const runs = own.flatMap(({ state, phases, burstMs }) =>
        state === 'ok' && phases.settled !== undefined ? { settledBytes: phases.settled.rssBytes, burstMs } : [],
      );
      const failed = own.find(({ state }) => state !== 'ok');
      const failure = failed
        ? `${failed.state}: ${failed.reason ?? ''}`
        : runs.length > 0
          ? undefined
          : (ended ?? 'it never settled');
      return [key, { runs, failure }];
    }),
  );
}

function chooseExitCode({ complete, finalists }: ExploreResult): number {
  if (!complete) return exitCodes.interrupted;
  return finalists.length === 0 ? exitCodes.failed : exitCodes.ok;
}
