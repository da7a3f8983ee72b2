import { median, medianAbsoluteDeviation } from 'simple-statistics';

/** Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993: modified z-score of the median absolute deviation. */
const limit = 3.5;
const toSigma = 0.6745;
const fewestSamples = 5;

/** Indices of samples far from the others. Empty with fewer than five, and when more than half are equal: there is no scale to measure by. */
export function findOutliers(samples: readonly number[]): number[] {
  if (samples.length < fewestSamples) return [];
  const middle = median([...samples]);
  const deviation = medianAbsoluteDeviation([...samples]);
  if (deviation === 0) return [];
  return samples.flatMap((sample, index) => ((toSigma * Math.abs(sample - middle)) / deviation > limit ? [index] : []));
}
