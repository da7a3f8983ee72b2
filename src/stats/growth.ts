import type { Cell } from '../model/result.ts';
import { slopePerMinute } from './slope.ts';

/** A shorter burst shows how a program warms up, and not whether it goes on growing. */
const shortestBurstMs = 10_000;

/**
 * By how much RSS grows under load, in bytes a minute: the least-squares slope over the second half of the burst; the first half is for caches and
 * compilers to warm up. Undefined for a burst of under ten seconds.
 */
export function growthPerMinute({ phases: { baseline, loaded }, timeline }: Cell): number | undefined {
  if (!baseline || !loaded || !timeline || loaded.atMs - baseline.atMs < shortestBurstMs) return undefined;
  const from = (baseline.atMs + loaded.atMs) / 2;
  const points = timeline.atMs.flatMap((atMs, index): [number, number][] => {
    const rssBytes = timeline.rssBytes[index];
    return rssBytes !== undefined && atMs >= from && atMs <= loaded.atMs ? [[atMs, rssBytes]] : [];
  });
  return points.length < 2 ? undefined : slopePerMinute(points);
}
