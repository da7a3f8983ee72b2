import type { ExpectedTrim } from '../../doctor/apply.ts';
import type { CellProgress } from '../../experiment/round-progress.ts';
import { formatCount, formatMiB, formatRoughTime } from '../../model/units.ts';
import { TimeLeft } from '../../stats/time-left.ts';
import { inLocale } from './terminal.ts';

export interface Progress {
  update(text: string): void;
  onCell(progress: CellProgress): void;
  /** A line that stays. */
  say(text: string): void;
  stop(): void;
}

const silent: Progress = { update: () => {}, onCell: () => {}, say: () => {}, stop: () => {} };

/**
 * What is going on, on stderr: a spinner at a terminal, a line per step elsewhere, nothing when it is not wanted.
 *
 * @param knownCellMs what cells of the same plan have taken in an earlier run
 */
export async function startProgress(wanted: boolean, knownCellMs: readonly number[] = []): Promise<Progress> {
  if (!wanted) return silent;
  const { default: ora } = await import('ora');
  // discardStdin would put the terminal into raw mode, and Ctrl-C would no longer be a signal.
  const spinner = ora({ stream: process.stderr, discardStdin: false });
  const update = (text: string) => {
    const line = inLocale(text);
    spinner.text = line;
    if (!spinner.isSpinning) spinner.start();
    else if (!spinner.isEnabled) process.stderr.write(`- ${line}\n`);
  };
  const timeLeft = new TimeLeft(knownCellMs);
  return {
    update,
    onCell: (cell) => {
      const { configuration, position, total, isAtMost, phase, rssBytes } = cell;
      const atMs = performance.now();
      timeLeft.observe(cell, atMs);
      const leftMs = timeLeft.leftMs(total, atMs);
      const left = leftMs === undefined ? '' : `; ${isAtMost ? 'at most ' : ''}about ${formatRoughTime(leftMs)} left`;
      const rss = rssBytes === undefined ? '' : `, RSS ${formatMiB(rssBytes)} MiB`;
      const reached = phase === undefined ? '' : `: ${phase}${rss}`;
      update(`${configuration} (${position} of ${isAtMost ? 'at most ' : ''}${total})${reached}${left}`);
    },
    say: (text) => void process.stderr.write(inLocale(`${text}\n`)),
    stop: () => {
      if (spinner.isSpinning) spinner.stop();
    },
  };
}

/** Said while malloc's heaps are inspected once more. */
export function readingLonger(pid: number): string {
  return `reading the heaps of process ${pid} for longer: much of them is not read yet`;
}

/** Said before it happens: threads that allocate may wait for a part of it. */
export function expectingTrim(pid: number, { predictedBytes, expectedMs }: ExpectedTrim): string {
  const what = predictedBytes === undefined ? 'what its allocator keeps idle' : `about ${formatMiB(predictedBytes)} MiB`;
  const time = expectedMs === undefined ? '' : `, which takes up to ${formatCount(expectedMs)} ms where a processor is free`;
  return `process ${pid} is told to give back ${what}${time}`;
}

/** Said before it happens: it changes the process. */
export function loadingAgent(pid: number): string {
  return `process ${pid} loads liballocator-agent.so to ask its allocator: 92 KiB that stay mapped. JDK 21 and later warn of it on their stderr`;
}
