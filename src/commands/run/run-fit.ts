import { join } from 'node:path';
import { type FitRequest, readFit, runFit } from '../../experiment/fit.ts';
import type { Jdk } from '../../jvm/java-home.ts';
import { exitCodes } from '../../model/errors.ts';
import type { FitResult } from '../../model/fit.ts';
import type { Scenario } from '../../model/result.ts';
import { formatMiB } from '../../model/units.ts';
import { execaRunner } from '../../process/execa-runner.ts';
import { findMemoryLimiter } from '../../process/memory-limiter.ts';
import { cacheFolder } from '../../process/paths.ts';
import { writeWhole } from '../../process/whole-file.ts';
import { renderFit } from '../../reporters/fit.ts';
import type { FitLimits } from '../options/fit-options.ts';
import type { PrintOptions } from '../options/print-options.ts';
import { interruptible, unlessInterrupted } from './interruptible.ts';
import { toJson } from './json.ts';
import { requireOutput, writeOutput } from './output.ts';
import { type Progress, startProgress } from './progress.ts';
import { terminalOptions } from './terminal.ts';

export interface FitRun extends Pick<FitRequest, 'configurations' | 'reference'>, FitLimits {
  /** Of the program, where it is known before it runs. */
  jdk: Jdk | undefined;
  /** What is run, once its parameters have been checked. */
  prepare: (progress: Progress, signal: AbortSignal) => Promise<Scenario>;
  /** A raw result that was interrupted. */
  resume: string | undefined;
  /** The raw result file. */
  file: string;
  print: PrintOptions;
}

/** Narrows the limits down with progress on stderr, interruptible, keeps the raw result file, and prints the result. */
export async function fitAndPrint({ resume, ...run }: FitRun): Promise<void> {
  const resumed = resume === undefined ? undefined : await readFit(resume);
  await requireOutput(run.print.output);
  await requireOutput(run.file);
  const result = await searchLimits(run, resumed);
  await writeOutput(run.print.format === 'json' ? toJson(result) : renderFit(result, terminalOptions(run.print)), run.print);
  process.exitCode = chooseExitCode(result);
}

async function searchLimits(
  { jdk, prepare, file, print, ...request }: Omit<FitRun, 'resume'>,
  resumed: FitResult | undefined,
): Promise<FitResult> {
  const limiter = findMemoryLimiter();
  const progress = await startProgress(print.quiet !== true);
  const { signal, release } = interruptible();
  try {
    const result = await runFit({
      ...request,
      resumed,
      jdk,
      scenario: await unlessInterrupted(signal, () => prepare(progress, signal)),
      limiter,
      runner: execaRunner,
      crashFolder: join(cacheFolder(), 'results'),
      signal,
      onAttempt: ({ configuration: key, heapPercentage }, limitBytes, { attempt, repeats }) => {
        const limit = limitBytes === undefined ? 'no limit' : `limit ${formatMiB(limitBytes)} MiB`;
        const heap = heapPercentage === undefined ? '' : `heap ${heapPercentage} %, `;
        progress.update(`${key}: ${heap}${limit}${repeats === 1 ? '' : `, attempt ${attempt} of ${repeats}`}`);
      },
      onResult: (partial) => writeWhole(file, toJson(partial)),
    });
    progress.stop();
    progress.say(`raw result: ${file}`);
    return result;
  } finally {
    progress.stop();
    release();
    limiter.close();
  }
}

function chooseExitCode({ configurations, complete }: FitResult): number {
  if (!complete) return exitCodes.interrupted;
  // A percentage of the heap with which no limit is survived says only that another is better.
  const hasFailed = configurations.some(
    ({ state, heapPercentage }) => state === 'failed' || (state === 'unfit' && heapPercentage === undefined),
  );
  return hasFailed || !configurations.some(({ state }) => state === 'found') ? exitCodes.failed : exitCodes.ok;
}
