import type { SteadyGrowth } from '../model/growth.ts';

/** A figure at a time. */
export interface Point {
  atMs: number;
  value: number;
}

const msPerMinute = 60_000;
/** A rate from a shorter time is that of a moment: none is told. */
export const leastRateMs = 5000;
/** Two ends tell nothing of what lies between them. */
const fewestPoints = 3;
/** In each quarter of the time it has to grow: a burst, a cache that is full, and a batch that is freed do not. */
const partsOfTime = 4;
/** Of its even share: what allocates in turns of its own is not even. */
const leastOfShare = 0.25;
/** What falls back meanwhile, as a share of what is gained. */
const mostLost = 0.1;

/** Growth that goes on through all of the time; undefined of what does not grow so. The rates of the parts of the time are its range. */
export function steadyGrowth(points: readonly Point[]): SteadyGrowth | undefined {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < fewestPoints || last.atMs <= first.atMs) return undefined;
  const grownBytes = last.value - first.value;
  if (grownBytes <= 0 || lostBytes(points) > mostLost * grownBytes) return undefined;
  const spanMs = last.atMs - first.atMs;
  const bytesPerMinute = perMinute(grownBytes, spanMs);
  const rates = ratesOfParts(points, Math.min(partsOfTime, points.length - 1));
  const leastPerMinute = Math.min(...rates);
  if (leastPerMinute < leastOfShare * bytesPerMinute) return undefined;
  return {
    grownBytes: Math.round(grownBytes),
    bytesPerMinute: Math.round(bytesPerMinute),
    leastPerMinute: Math.round(leastPerMinute),
    mostPerMinute: Math.round(Math.max(...rates)),
  };
}

function lostBytes(points: readonly Point[]): number {
  return points.reduce((lost, { value }, index) => lost + Math.max(0, (points[index - 1]?.value ?? value) - value), 0);
}

/** Per minute, in equal parts of the time. */
function ratesOfParts(points: readonly Point[], parts: number): number[] {
  const startMs = points[0]?.atMs ?? 0;
  const partMs = ((points.at(-1)?.atMs ?? 0) - startMs) / parts;
  const ends = Array.from({ length: parts + 1 }, (_, index) => valueAt(points, startMs + index * partMs));
  return ends.slice(1).map((value, index) => perMinute(value - (ends[index] ?? value), partMs));
}

export function perMinute(difference: number, spanMs: number): number {
  return (difference / spanMs) * msPerMinute;
}

/** On the line between the two points about it. */
export function valueAt(points: readonly Point[], atMs: number): number {
  const next = points.findIndex((point) => point.atMs >= atMs);
  const [before, after] = [points[Math.max(0, next - 1)], points[next]];
  if (!before || !after) return points.at(-1)?.value ?? 0;
  if (after.atMs === before.atMs) return after.value;
  return before.value + ((after.value - before.value) * (atMs - before.atMs)) / (after.atMs - before.atMs);
}
