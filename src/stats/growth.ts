import type { Cell } from '../model/result.ts';
import { slopePerMinute } from './slope.ts';

/** A shorter burst shows how a program warms up, and not whether it goes on growing. */
const shortestBurstMs = 10_000;

/** The second half of the burst; the first half is for caches and compilers to warm up. Undefined for a burst of under ten seconds. */
export function loadedWindow({ phases: { baseline, loaded } }: Cell): { fromMs: number; toMs: number } | undefined {
  if (!baseline || !loaded || loaded.atMs - baseline.atMs < shortestBurstMs) return undefined;
  return { fromMs: (baseline.atMs + loaded.atMs) / 2, toMs: loaded.atMs };
}

/** By how much RSS grows under load, in bytes a minute: the least-squares slope over the second half of the burst. */
export function growthPerMinute(cell: Cell): number | undefined {
  const window = loadedWindow(cell);
  const { timeline } = cell;
  if (!window || !timeline) return undefined;
  const points = timeline.atMs.flatMap((atMs, index): [number, number][] => {
    const rssBytes = timeline.rssBytes[index];
    return rssBytes !== undefined && atMs >= window.fromMs && atMs <= window.toMs ? [[atMs, rssBytes]] : [];
  });
  return points.length < 2 ? undefined : slopePerMinute(points);
}
