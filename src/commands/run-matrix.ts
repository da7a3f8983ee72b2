import { type ExperimentRequest, runExperiment } from '../experiment/experiment.ts';
import { requireWritable, writeWhole } from '../experiment/result-store.ts';
import { resolveAsyncProfiler } from '../jvm/async-profiler.ts';
import { exitCodes } from '../model/errors.ts';
import type { ResultFile } from '../model/result.ts';
import { execaRunner } from '../process/execa-runner.ts';
import { cacheFolder } from '../process/paths.ts';
import { type Format, reporters } from '../reporters/reporter.ts';
import { type MatrixRequest, sampleIntervalMs } from './experiment-options.ts';
import { interruptible } from './interruptible.ts';
import { type Progress, startProgress } from './progress.ts';
import { loadReportAssets } from './report-assets.ts';
import { terminalWidth } from './terminal.ts';

export interface MatrixRun extends MatrixRequest, Pick<ExperimentRequest, 'jdk' | 'timeoutMs' | 'hold'> {
  paths: { file: string; folder: string };
  quiet: boolean;
  /** Called when all that the scenario needs may be made. */
  prepare: (progress: Progress) => Promise<ExperimentRequest['scenario']>;
}

/** Runs the cells with progress on stderr, interruptible, and keeps the raw result file. */
export async function runMatrix({ paths, quiet, prepare, stacks, ...matrix }: MatrixRun): Promise<ResultFile> {
  await requireWritable(paths.file);
  const progress = startProgress(!quiet);
  const interruption = interruptible();
  try {
    const profiler = stacks ? await resolveAsyncProfiler(cacheFolder(), execaRunner) : undefined;
    const result = await runExperiment({
      ...matrix,
      profiler,
      scenario: await prepare(progress),
      runner: execaRunner,
      sampleIntervalMs,
      crashFolder: paths.folder,
      signal: interruption.signal,
      onProgress: progress.onCell,
      onHold: (pid) => {
        progress.stop();
        process.stdout.write(`@hold pid=${pid}\n`);
      },
      onResult: (partial) => writeWhole(paths.file, reporters.json(partial)),
    });
    progress.stop();
    progress.say(`raw result: ${paths.file}`);
    return result;
  } finally {
    progress.stop();
    interruption.release();
  }
}

export async function present(result: ResultFile, { format, output }: { format: Format; output?: string }): Promise<void> {
  const toTerminal = output === undefined && process.stdout.isTTY === true;
  const color = toTerminal && !process.env['NO_COLOR'];
  const text = reporters[format](result, { color, width: terminalWidth(), assets: loadReportAssets });
  if (output === undefined) process.stdout.write(text);
  else await writeWhole(output, text);
}

/** A skipped cell is no failure: what it needs is optional. That nothing could be run is one. */
export function exitCodeOf({ cells, complete }: ResultFile): number {
  if (!complete) return exitCodes.interrupted;
  const failed = cells.some((cell) => cell.state === 'failed' || cell.state === 'timeout');
  return failed || !cells.some((cell) => cell.state === 'ok') ? exitCodes.failed : exitCodes.ok;
}
