import { mean } from 'simple-statistics';
import type { Cell } from '../model/result.ts';
import { bytesPerMiB } from '../model/units.ts';

/** Of the settling time: what comes back in its first half is what it is for. */
const watchedShare = 0.5;
/** A shorter one shows the noise of the sampling. */
const leastWatchedMs = 500;
/** Of what is watched, at either end: readings whose mean is the level there. */
const levelShare = 0.1;
const leastMovedBytes = bytesPerMiB;
const leastMovedShare = 0.01;

export interface LastMove {
  /** Negative where RSS fell. */
  movedBytes: number;
  overMs: number;
  isMoving: boolean;
}

/** What RSS moved by in the second half of the settling time. Undefined where that was too short to be watched, or was not sampled. */
export function lastMoveOf({ phases, timeline }: Cell): LastMove | undefined {
  const { loaded, collected = loaded, settled } = phases;
  if (!collected || !settled || !timeline) return undefined;
  const overMs = (settled.atMs - collected.atMs) * watchedShare;
  if (overMs < leastWatchedMs) return undefined;
  const level = (fromMs: number, toMs: number) => {
    const near = timeline.rssBytes.filter((_, index) => {
      const atMs = timeline.atMs[index] ?? Number.NaN;
      return atMs >= fromMs && atMs <= toMs;
    });
    return near.length === 0 ? undefined : mean(near);
  };
  const [fromMs, levelMs] = [settled.atMs - overMs, levelShare * overMs];
  const [before, after] = [level(fromMs, fromMs + levelMs), level(settled.atMs - levelMs, settled.atMs)];
  if (before === undefined || after === undefined) return undefined;
  const movedBytes = Math.round(after - before);
  const isMoving = Math.abs(movedBytes) >= Math.max(leastMovedBytes, leastMovedShare * settled.rssBytes);
  return { movedBytes, overMs: Math.round(overMs), isMoving };
}
