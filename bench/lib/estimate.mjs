// Medians and intervals over paired rounds.
import { median, sampleWithReplacement } from 'simple-statistics';
import { estimateMedian } from '../../dist/stats/bootstrap.js';
import { seededRandom } from '../../dist/stats/random.js';

const resamples = 2000;
const tail = 0.025;

/** Values of a variant by round; failed and skipped runs are missing. */
export function valuesOf(cells, variant, key) {
  const ok = cells.filter((cell) => cell.variant === variant && cell.state === 'ok');
  return new Map(ok.map((cell) => [cell.round, cell[key]]));
}

/** Of a list, or of values by round. */
export function medianOf(values) {
  return estimateMedian([...values.values()]);
}

/** Of the differences, round by round. */
export function differenceOf(values, reference) {
  return estimateMedian(pairsOf(values, reference).map(([own, other]) => own - other));
}

/** Of the ratios, round by round. */
export function ratioOf(values, reference) {
  return estimateMedian(pairsOf(values, reference).map(([own, other]) => own / other));
}

/**
 * What one variant adds to a reference, in multiples of what another one adds: ratio of the medians of both differences, with the percentile
 * bootstrap interval over rounds. Undefined without three rounds that have all, and `high` may be Infinity where the divisor's own interval reaches 0.
 */
export function addedRatioOf(values, divisor, reference) {
  const rounds = [...values.keys()].filter((round) => divisor.has(round) && reference.has(round));
  if (rounds.length < 3) return undefined;
  const ratio = (of) => {
    const added = (from) => median(of.map((round) => from.get(round) - reference.get(round)));
    const below = added(divisor);
    return below > 0 ? added(values) / below : Number.POSITIVE_INFINITY;
  };
  const random = seededRandom(1);
  const ratios = Array.from({ length: resamples }, () => ratio(sampleWithReplacement(rounds, rounds.length, random)));
  // Not quantile(): it interpolates, and some may be Infinity.
  ratios.sort((a, b) => (a < b ? -1 : 1));
  const at = (share) => ratios[Math.round(share * (resamples - 1))];
  return { median: ratio(rounds), low: at(tail), high: at(1 - tail), samples: rounds.length };
}

function pairsOf(values, reference) {
  return [...values].flatMap(([round, own]) => (reference.has(round) ? [[own, reference.get(round)]] : []));
}
