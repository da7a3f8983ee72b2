import { lastIndexAt } from './curves.ts';

export interface Window {
  fromMs: number;
  toMs: number;
  /** Points of the common time axis; two to a column of pixels. */
  points: number;
}

/** null breaks the line, undefined does not. */
export type Level = number | null | undefined;

/** The times of the common axis. */
export function axisOf({ fromMs, toMs, points }: Window): number[] {
  return Array.from({ length: points }, (_, index) => fromMs + ((toMs - fromMs) * index) / (points - 1));
}

/**
 * A curve on the common axis. Of each two points' samples the smallest and the largest are kept, in their order, so that a short peak stays visible
 * however far the view is zoomed out. Ends at the edges of the window by interpolation, and breaks where the sampler was kept away.
 */
export function resample(
  atMs: readonly number[],
  levels: readonly (number | null)[],
  gaps: readonly { fromMs: number; toMs: number }[],
  window: Window,
): Level[] {
  const out: Level[] = Array(window.points).fill(undefined);
  const msPerPair = ((window.toMs - window.fromMs) / (window.points - 1)) * 2;
  const pairOf = (at: number) => Math.floor((at - window.fromMs) / msPerPair + 0.25);
  let index = lastIndexAt(atMs, window.fromMs) + 1;
  while (index < atMs.length && (atMs[index] ?? 0) <= window.toMs) {
    const pair = pairOf(atMs[index] ?? 0);
    const first = index;
    while (index < atMs.length && pairOf(atMs[index] ?? 0) === pair) index++;
    placeExtremes(out, pair * 2, levels, first, index);
  }
  const indexOf = (at: number) => Math.round(((at - window.fromMs) / msPerPair) * 2);
  out[0] ??= interpolate(atMs, levels, window.fromMs);
  out[window.points - 1] ??= interpolate(atMs, levels, window.toMs);
  for (const { fromMs, toMs } of gaps) breakBetween(out, indexOf(fromMs), indexOf(toMs));
  return out;
}

function placeExtremes(out: Level[], at: number, levels: readonly (number | null)[], from: number, to: number): void {
  let lowest: number | undefined;
  let highest: number | undefined;
  for (let index = from; index < to; index++) {
    const level = levels[index] ?? null;
    if (level === null) continue;
    if (lowest === undefined || level < (levels[lowest] ?? 0)) lowest = index;
    if (highest === undefined || level >= (levels[highest] ?? 0)) highest = index;
  }
  if (lowest === undefined || highest === undefined) return;
  const [first, second] = lowest < highest ? [lowest, highest] : [highest, lowest];
  if (at < out.length) out[at] = levels[first];
  if (at + 1 < out.length && second !== first) out[at + 1] = levels[second];
}

function interpolate(atMs: readonly number[], levels: readonly (number | null)[], at: number): number | undefined {
  const index = lastIndexAt(atMs, at);
  const [before, after] = [levels[index], levels[index + 1]];
  const [from, to] = [atMs[index], atMs[index + 1]];
  if (typeof before !== 'number' || typeof after !== 'number' || from === undefined || to === undefined) return undefined;
  return before + ((after - before) * (at - from)) / (to - from || 1);
}

function breakBetween(out: Level[], from: number, to: number): void {
  for (let index = Math.max(0, from + 1); index < Math.min(to, out.length); index++) out[index] = null;
}
