import { type FitRequest, runFit } from '../../experiment/fit.ts';
import type { FitResult } from '../../model/fit.ts';
import { formatMiB } from '../../model/units.ts';
import { execaRunner } from '../../process/execa-runner.ts';
import { findMemoryLimiter } from '../../process/memory-limiter.ts';
import { writeWhole } from '../../process/whole-file.ts';
import type { FitSubject } from './fit-subject.ts';
import { interruptible } from './interruptible.ts';
import { toJson } from './json.ts';
import { startProgress } from './progress.ts';

export interface FitRun
  extends Pick<
    FitRequest,
    'configurations' | 'reference' | 'repeats' | 'resolutionBytes' | 'maxSlowdown' | 'timeoutMs' | 'resumed'
  > {
  subject: FitSubject;
  paths: { file: string; folder: string };
  quiet: boolean;
}

/** Narrows the limits down with progress on stderr, interruptible, and keeps the raw result file. */
export async function searchLimits({ subject, paths, quiet, ...request }: FitRun): Promise<FitResult> {
  const limiter = findMemoryLimiter();
  const progress = startProgress(!quiet);
  const interruption = interruptible();
  try {
    const result = await runFit({
      ...request,
      jdk: subject.jdk,
      scenario: await subject.prepare(progress),
      limiter,
      runner: execaRunner,
      crashFolder: paths.folder,
      signal: interruption.signal,
      onAttempt: (key, limitBytes, { attempt, repeats }) => {
        const limit = limitBytes === undefined ? 'no limit' : `limit ${formatMiB(limitBytes)} MiB`;
        progress.update(`${key}: ${limit}${repeats === 1 ? '' : `, attempt ${attempt} of ${repeats}`}`);
      },
      onResult: (partial) => writeWhole(paths.file, toJson(partial)),
    });
    progress.stop();
    progress.say(`raw result: ${paths.file}`);
    return result;
  } finally {
    progress.stop();
    interruption.release();
    limiter.close();
  }
}
