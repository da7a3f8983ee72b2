import type { Cell, Comparison, Interval } from '../model/result.ts';
import { estimateMedian } from './bootstrap.ts';

/** With fewer pairs even a difference seen in every one of them has a chance of over 5 % under no difference (sign test, two-sided: 2 / 2^n). */
const fewestPairs = 6;

/**
 * A configuration against the reference, paired by block: the two cells of a pair ran close to each other, so what slows or fills the machine meets
 * both. Undefined when there is no pair.
 */
export function compareToReference(
  cells: readonly Cell[],
  referenceCells: readonly Cell[],
  reference: string,
): Comparison | undefined {
  const pairs = cells.flatMap((cell) => {
    const partner = referenceCells.find((candidate) => candidate.repeat === cell.repeat && candidate.state === 'ok');
    return cell.state === 'ok' && partner ? [{ cell, partner }] : [];
  });
  const differences = pairs.flatMap(({ cell, partner }) => {
    const [own, other] = [cell.phases.settled?.rssBytes, partner.phases.settled?.rssBytes];
    return own === undefined || other === undefined ? [] : [own - other];
  });
  const ratios = pairs.flatMap(({ cell, partner }) => (cell.burstMs && partner.burstMs ? [cell.burstMs / partner.burstMs] : []));
  const settledDifferenceBytes = estimateMedian(differences);
  const burstMsRatio = estimateMedian(ratios);
  if (!settledDifferenceBytes) return undefined;
  return { reference, settledDifferenceBytes, ...(burstMsRatio ? { burstMsRatio } : {}), verdict: judge(settledDifferenceBytes) };
}

function judge({ low, high, samples }: Interval): Comparison['verdict'] {
  if (samples < fewestPairs) return 'too few repeats';
  if (high < 0) return 'smaller';
  return low > 0 ? 'larger' : 'no difference';
}
