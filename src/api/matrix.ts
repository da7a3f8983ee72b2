import { join } from 'node:path';
import { type ExperimentRequest, runExperiment } from '../experiment/experiment.ts';
import { resolveAsyncProfiler } from '../jvm/async-profiler.ts';
import type { ResultFile } from '../model/result.ts';
import { execaRunner } from '../process/execa-runner.ts';
import { makeFolder } from '../process/make-folder.ts';
import { cacheFolder } from '../process/paths.ts';
import { makeCellDoctor } from './cell-doctor.ts';

/** 200 Hz: a scan of a second has two hundred points. */
const sampleIntervalMs = 5;

export interface MatrixRun
  extends Pick<
    ExperimentRequest,
    | 'configurations'
    | 'repeats'
    | 'untilDecided'
    | 'rules'
    | 'seed'
    | 'reference'
    | 'meter'
    | 'census'
    | 'resumed'
    | 'jdk'
    | 'scenario'
    | 'programs'
    | 'timeoutMs'
  > {
  /** Profile each JVM from its start. */
  stacks: boolean;
  /** Has the doctor look at the first program of each configuration that settles. */
  doctor?: boolean;
  /** Keeps the program of the last cell at a phase until `signal`; `onHold` is called with its pid then. */
  hold?: ExperimentRequest['hold'];
  onHold?: ExperimentRequest['onHold'];
  signal?: AbortSignal | undefined;
  onProgress?: ExperimentRequest['onProgress'] | undefined;
  onResult?: ((result: ResultFile) => void | Promise<void>) | undefined;
}

/** Runs the cells of an experiment on this machine, with real processes. */
export async function runMatrix({
  stacks,
  doctor = false,
  signal,
  hold,
  onHold,
  onProgress,
  onResult,
  ...matrix
}: MatrixRun): Promise<ResultFile> {
  const folder = cacheFolder();
  const crashFolder = join(folder, 'results');
  makeFolder(crashFolder);
  return runExperiment({
    ...matrix,
    profiler: stacks ? await resolveAsyncProfiler(folder, execaRunner) : undefined,
    doctor: doctor ? makeCellDoctor() : undefined,
    runner: execaRunner,
    sampleIntervalMs,
    crashFolder,
    signal: signal ?? new AbortController().signal,
    hold,
    onHold: onHold ?? (() => {}),
    onProgress: onProgress ?? (() => {}),
    onResult: async (result) => onResult?.(result),
  });
}
