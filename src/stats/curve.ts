import type { Cell } from '../model/result.ts';
import { burstBytes, smallestBurstBytes } from './returned.ts';

/**
 * Share of the burst given back a time after `collected`, from the timeline: the last sample at that time. Undefined without a burst, and when the
 * process was not watched for so long, or had gone on to another phase.
 */
export function returnedShareAfter(cell: Cell, afterMs: number): number | undefined {
  const { loaded, collected, settled } = cell.phases;
  const burst = burstBytes(cell);
  if (!loaded || !collected || !settled || burst === undefined || burst < smallestBurstBytes) return undefined;
  const atMs = collected.atMs + afterMs;
  if (atMs > settled.atMs) return undefined;
  const rssBytes = rssAt(cell, atMs);
  return rssBytes === undefined ? undefined : (loaded.rssBytes - rssBytes) / burst;
}

/**
 * Milliseconds from the end of the burst until half of what has been returned at `settled` was returned. Undefined when less than a tenth of the burst
 * was returned at all: half of nothing has no time.
 */
export function returnHalfLifeMs(cell: Cell): number | undefined {
  const { loaded, settled } = cell.phases;
  const burst = burstBytes(cell);
  if (!loaded || !settled || burst === undefined || burst < smallestBurstBytes || !cell.timeline) return undefined;
  const returned = loaded.rssBytes - settled.rssBytes;
  if (returned < burst / 10) return undefined;
  const half = loaded.rssBytes - returned / 2;
  const { atMs, rssBytes } = cell.timeline;
  const index = atMs.findIndex((at, i) => at >= loaded.atMs && (rssBytes[i] ?? Number.POSITIVE_INFINITY) <= half);
  return index === -1 ? undefined : Math.round((atMs[index] ?? 0) - loaded.atMs);
}

function rssAt({ timeline }: Cell, atMs: number): number | undefined {
  if (!timeline) return undefined;
  const index = timeline.atMs.findLastIndex((at) => at <= atMs);
  return timeline.rssBytes[index];
}
