import { linearRegression } from 'simple-statistics';
import type { Sample } from '../model/watch.ts';

const msPerMinute = 60_000;
/** A slope that is shown to a person: over this time, and over this many samples where they are rarer. */
const recentMs = 60_000;
const fewestSamples = 3;
/** A shorter time shows a single allocation as a steep slope. */
const shortestMs = 10_000;

/** The least-squares slope of bytes over milliseconds, in bytes a minute. */
export function slopePerMinute(points: [atMs: number, bytes: number][]): number {
  return linearRegression(points).m * msPerMinute;
}

/** The slope over the last minute, or over the last three samples where a minute has fewer. Undefined below ten seconds. */
export function recentSlope(samples: readonly Sample[]): number | undefined {
  const endMs = samples.at(-1)?.atMs ?? 0;
  const recent = samples.filter(({ atMs }, index) => atMs >= endMs - recentMs || index >= samples.length - fewestSamples);
  const [first] = recent;
  if (!first || recent.length < fewestSamples || endMs - first.atMs < shortestMs) return undefined;
  // From the first sample on: a clock that has run for weeks leaves few digits for the differences.
  return slopePerMinute(recent.map(({ atMs, bytes }) => [atMs - first.atMs, bytes]));
}
