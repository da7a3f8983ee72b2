import { mean, sampleStandardDeviation } from 'simple-statistics';

export interface MeanInterval {
  low: number;
  high: number;
}

/** Of the standardised mean, under the alternative: differences of many standard deviations are what is looked for, and small ones are of no use. */
const effectVariance = 10;

/**
 * An interval of the mean of normal values that holds at every count of them at once, so that one may look after each and stop when one likes: the means
 * whose Bayes factor against a normal effect of variance 10 is below 1 / `risk`. With the right Haar prior on the scale that is a martingale, and Ville's
 * inequality bounds the risk that it is ever left. Pérez-Ortiz, Lardy, de Heide and Grünwald, E-statistics, group invariance and anytime-valid testing (2022);
 * Wang and Ramdas, Anytime-valid t-tests and confidence sequences for Gaussian means with unknown variance (2023). Undefined where the values are too few for
 * any bound: three are enough for a risk of 5 %, and four for one of 0.5 %.
 *
 * @param leastDeviation what values are taken to vary by at least: figures that are counted in steps may be alike by chance.
 */
export function meanInterval(
  values: readonly number[],
  { risk, leastDeviation }: { risk: number; leastDeviation: number },
): MeanInterval | undefined {
  if (values.length < 2) return undefined;
  const halfWidth = halfWidthOf(values.length, risk) * deviationOf(values, leastDeviation);
  if (!Number.isFinite(halfWidth)) return undefined;
  const centre = mean([...values]);
  return { low: centre - halfWidth, high: centre + halfWidth };
}

/** Half of the interval's width, in standard deviations. Infinite where there is no bound yet. */
function halfWidthOf(count: number, risk: number): number {
  const growth = 1 + count * effectVariance;
  // The Bayes factor at t is √(1 / growth) · ((1 + t²/ν) / (1 + t²/(ν · growth)))^(count/2), solved for t²/ν = u.
  const ratio = (Math.sqrt(growth) / risk) ** (2 / count);
  if (ratio >= growth) return Number.POSITIVE_INFINITY;
  const u = (ratio - 1) / (1 - ratio / growth);
  return Math.sqrt((u * (count - 1)) / count);
}

function deviationOf(values: readonly number[], least: number): number {
  return Math.max(least, sampleStandardDeviation([...values]));
}

/** How many values like these it takes until half of the interval is as narrow as `halfWidth`. Undefined above `most`. */
export function countUntil(
  values: readonly number[],
  { halfWidth, risk, leastDeviation, most }: { halfWidth: number; risk: number; leastDeviation: number; most: number },
): number | undefined {
  if (values.length < 2) return undefined;
  const deviation = deviationOf(values, leastDeviation);
  for (let count = values.length + 1; count <= most; count++) {
    if (halfWidthOf(count, risk) * deviation <= halfWidth) return count;
  }
  return undefined;
}
