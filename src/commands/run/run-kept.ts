import type { ProgramOptions } from '../../api/program.ts';
import { exitCodes } from '../../model/errors.ts';
import type { ResultFile } from '../../model/result.ts';
import { requireWritable, writeWhole } from '../../process/whole-file.ts';
import type { Format } from '../../reporters/formats.ts';
import { reporters } from '../../reporters/reporter.ts';
import type { PrintOptions } from '../options/print-options.ts';
import { interruptible, unlessInterrupted } from './interruptible.ts';
import { renderOptions, writeOutput } from './output.ts';
import { type Progress, startProgress } from './progress.ts';

/** What a run of cells tells the command meanwhile, and is told by it. */
export type RunHooks = Required<Pick<ProgramOptions, 'signal' | 'onProgress' | 'onResult'>> & { signal: AbortSignal };

export interface Kept<Value> {
  value: Value;
  /** Why the raw result file is not what was measured last; to be thrown when the result has been presented. */
  unkept: unknown;
}

/** Has cells run with progress on stderr, interruptible, and keeps the raw result file. */
export async function runKept<Value>(
  { file, quiet, resumed }: { file: string; quiet: boolean; resumed?: ResultFile | undefined },
  run: (hooks: RunHooks, progress: Progress) => Promise<Value>,
): Promise<Kept<Value>> {
  await requireWritable(file);
  const progress = await startProgress(!quiet, resumed && cellTimes(resumed));
  const { signal, release } = interruptible();
  const raw = new RawResult(file);
  try {
    const onResult = (partial: ResultFile) => raw.write(reporters.json(partial));
    const value = await unlessInterrupted(signal, () => run({ signal, onProgress: progress.onCell, onResult }, progress));
    progress.stop();
    if (raw.failure === undefined) progress.say(`raw result: ${file}`);
    return { value, unkept: raw.failure };
  } finally {
    progress.stop();
    release();
  }
}

/** Of its cells that were run. */
function cellTimes({ cells }: ResultFile): number[] {
  return cells.flatMap(({ state, wallMs }) => (state === 'skipped' ? [] : (wallMs ?? [])));
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
export function chooseExitCode({ cells, complete, ended }: ResultFile): number {
  if (!complete && ended === undefined) return exitCodes.interrupted;
  const failed = cells.some((cell) => cell.state === 'failed' || cell.state === 'timeout');
  return failed || !cells.some((cell) => cell.state === 'ok') ? exitCodes.failed : exitCodes.ok;
}
