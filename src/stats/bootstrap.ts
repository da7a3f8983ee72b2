import { median, quantile, sampleWithReplacement } from 'simple-statistics';
import type { Interval } from '../model/result.ts';
import { seededRandom } from './random.ts';

const resamples = 2000;
/** Fixed: the same results give the same intervals. */
const seed = 1;
const level = 0.95;

/**
 * Median with its percentile bootstrap interval (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13), at 95 %. Under some six
 * samples the interval is too narrow to be believed: it can never leave the range of what was seen. Undefined without samples.
 */
export function estimateMedian(samples: readonly number[]): Interval | undefined {
  const [first] = samples;
  if (first === undefined) return undefined;
  // Each resample of one value is that value.
  if (samples.length === 1) return { median: first, low: first, high: first, samples: 1 };
  const random = seededRandom(seed);
  const medians = Array.from({ length: resamples }, () => median(sampleWithReplacement([...samples], samples.length, random)));
  const tail = (1 - level) / 2;
  return { median: median([...samples]), low: quantile(medians, tail), high: quantile(medians, 1 - tail), samples: samples.length };
}
