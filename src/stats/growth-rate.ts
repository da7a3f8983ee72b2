import { mean, sampleStandardDeviation } from 'simple-statistics';
import type { GrowthRate } from '../model/notice.ts';
import { type Point, perMinute, steadyGrowth } from './steady-growth.ts';

/** Batches; 10 to 30 are advised, and more only make them alike to their neighbours (Schmeiser, Batch Size Effects in the Analysis of Simulation Output, 1982). */
export const blocks = 10;
/** Student's t at 97.5 % with nine degrees of freedom. */
const studentT = 2.262;

/** A rate with its interval, and whether it held all the time. */
export interface MeasuredRate extends GrowthRate {
  grownBytes: number;
  /** In each quarter of the time, and hardly anything of it fell back meanwhile: a warm-up, a burst and a batch do not grow so. */
  isSteady: boolean;
}

/**
 * The rate of growth between the first and the last of eleven points that are equally far apart, with an interval of 95 % by the method of batch means (Law and Kelton, Simulation
 * Modeling and Analysis, chapter 9): the growth of each of the ten blocks is a sample. Neighbouring readings hang together, so that the interval of a line fitted to all of them is too
 * narrow by far; the growth of blocks does not, where memory comes at random. Noise about a line, which two neighbouring blocks share with opposite signs, makes it wider than need be.
 * Undefined for any other number of points.
 */
export function growthRate(points: readonly Point[]): MeasuredRate | undefined {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length !== blocks + 1 || last.atMs <= first.atMs) return undefined;
  const rates = points.slice(1).map(({ atMs, value }, index) => {
    const before = points[index] ?? first;
    return perMinute(value - before.value, atMs - before.atMs);
  });
  const middle = mean(rates);
  const margin = (studentT * sampleStandardDeviation(rates)) / Math.sqrt(blocks);
  return {
    bytesPerMinute: Math.round(middle),
    lowPerMinute: Math.round(middle - margin),
    highPerMinute: Math.round(middle + margin),
    grownBytes: last.value - first.value,
    isSteady: steadyGrowth(points) !== undefined,
  };
}
