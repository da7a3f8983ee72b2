import { type ExperimentRequest, runExperiment } from '../../experiment/experiment.ts';
import { resolveAsyncProfiler } from '../../jvm/async-profiler.ts';
import { exitCodes } from '../../model/errors.ts';
import type { ResultFile } from '../../model/result.ts';
import { execaRunner, runnerUntil } from '../../process/execa-runner.ts';
import { cacheFolder } from '../../process/paths.ts';
import { requireWritable, writeWhole } from '../../process/whole-file.ts';
import type { Format } from '../../reporters/formats.ts';
import { reporters } from '../../reporters/reporter.ts';
import { type MatrixRequest, sampleIntervalMs } from '../options/experiment-options.ts';
import type { PrintOptions } from '../options/print-options.ts';
import { interruptible, unlessInterrupted } from './interruptible.ts';
import { renderOptions, writeOutput } from './output.ts';
import { type Progress, startProgress } from './progress.ts';

export interface MatrixRun extends MatrixRequest, Pick<ExperimentRequest, 'jdk' | 'timeoutMs' | 'hold'> {
  paths: { file: string; folder: string };
  quiet: boolean;
  /** Called when all that the scenario needs may be made. */
  prepare: (progress: Progress, signal: AbortSignal) => Promise<ExperimentRequest['scenario']>;
}

export interface MatrixOutcome {
  result: ResultFile;
  /** Why the raw result file is not what was measured last; to be thrown when the result has been presented. */
  unkept: unknown;
}

/** Runs the cells with progress on stderr, interruptible, and keeps the raw result file. */
export async function runMatrix({ paths, quiet, prepare, stacks, ...matrix }: MatrixRun): Promise<MatrixOutcome> {
  await requireWritable(paths.file);
  const progress = await startProgress(!quiet);
  const { signal, release } = interruptible();
  const raw = new RawResult(paths.file);
  try {
    const [profiler, scenario] = await unlessInterrupted(signal, async () => [
      stacks ? await resolveAsyncProfiler(cacheFolder(), runnerUntil(signal)) : undefined,
      await prepare(progress, signal),
    ]);
    const result = await runExperiment({
      ...matrix,
      profiler,
      scenario,
      runner: execaRunner,
      sampleIntervalMs,
      crashFolder: paths.folder,
      signal,
      onProgress: progress.onCell,
      onHold: (pid) => {
        progress.stop();
        process.stdout.write(`@hold pid=${pid}\n`);
      },
      onResult: (partial) => raw.write(reporters.json(partial)),
    });
    progress.stop();
    if (raw.failure === undefined) progress.say(`raw result: ${paths.file}`);
    return { result, unkept: raw.failure };
  } finally {
    progress.stop();
    release();
  }
}

/** A full disk ends the run before its first cell; later it costs no cell that was measured: the next write may succeed, and the result is printed. */
class RawResult {
  failure: unknown;
  #begun = false;
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  async write(text: string): Promise<void> {
    try {
      await writeWhole(this.#file, text);
      this.failure = undefined;
      this.#begun = true;
    } catch (error) {
      if (!this.#begun) throw error;
      this.failure = error;
    }
  }
}

/** Throws when the file cannot be written, after the result went to stdout instead. */
export async function present(result: ResultFile, options: PrintOptions<Format>): Promise<void> {
  await writeOutput(reporters[options.format](result, renderOptions(options)), options);
}

/** A skipped cell is no failure: what it needs is optional. That nothing could be run is one. */
export function chooseExitCode({ cells, complete }: ResultFile): number {
  if (!complete) return exitCodes.interrupted;
  const failed = cells.some((cell) => cell.state === 'failed' || cell.state === 'timeout');
  return failed || !cells.some((cell) => cell.state === 'ok') ? exitCodes.failed : exitCodes.ok;
}
