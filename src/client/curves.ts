import type { Cell, PhaseName, ResultFile } from '../model/result.ts';
import { representativeCells } from '../stats/representative.ts';

/** What the chart draws of one cell. Times are since the start of its process. */
export interface Curve {
  configuration: string;
  /** The repeat that stands for its configuration while not every one is shown. */
  representative: boolean;
  atMs: readonly number[];
  rssBytes: readonly (number | null)[];
  liveBytes: readonly (number | null)[] | undefined;
  gaps: readonly { fromMs: number; toMs: number }[];
  phases: Cell['phases'];
}

export function curvesOf({ cells }: ResultFile): Curve[] {
  const representatives = new Set(representativeCells(cells));
  const withoutOk = cells.filter(
    (cell) => !cells.some((other) => other.configuration === cell.configuration && representatives.has(other)),
  );
  return cells.flatMap((cell) => {
    if (!cell.timeline || cell.timeline.atMs.length === 0) return [];
    const { atMs, rssBytes, liveBytes, gaps } = cell.timeline;
    const representative = representatives.has(cell) || withoutOk.includes(cell);
    return { configuration: cell.configuration, representative, atMs, rssBytes, liveBytes, gaps, phases: cell.phases };
  });
}

export type Alignment = 'start' | PhaseName;

/** What is taken off a curve's times so that they count from the moment chosen; undefined when its cell never got there. */
export function originMs({ phases }: Curve, alignment: Alignment): number | undefined {
  return alignment === 'start' ? 0 : phases[alignment]?.atMs;
}

/** Index of the last time that is not after `at`; −1 before the first. Times ascend. */
export function lastIndexAt(atMs: readonly number[], at: number): number {
  let low = 0;
  let high = atMs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((atMs[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The last sample at a time, and undefined before the first, after the last, and within a gap: then it is not known. */
export function levelAt(curve: Curve, levels: readonly (number | null)[] | undefined, at: number): number | undefined {
  if (!levels || at > (curve.atMs.at(-1) ?? 0) || curve.gaps.some(({ fromMs, toMs }) => at > fromMs && at < toMs)) return undefined;
  return levels[lastIndexAt(curve.atMs, at)] ?? undefined;
}
