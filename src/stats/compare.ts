import type { Cell, Comparison, Interval } from '../model/result.ts';
import { estimateMedian } from './bootstrap.ts';
import { burstUse } from './returned.ts';

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
  const settledDifferenceBytes = estimateMedian(
    pairs.flatMap(({ cell, partner }) => {
      const [own, other] = [cell.phases.settled?.rssBytes, partner.phases.settled?.rssBytes];
      return own === undefined || other === undefined ? [] : [own - other];
    }),
  );
  if (!settledDifferenceBytes) return undefined;
  const burstMsRatio = ratioOf(pairs, (cell) => cell.burstMs);
  const burstCpuRatio = ratioOf(pairs, (cell) => burstUse(cell, 'cpuMs'));
  const metricRatios = ratiosOfMetrics(pairs);
  return {
    reference,
    settledDifferenceBytes,
    ...(burstMsRatio ? { burstMsRatio } : {}),
    ...(burstCpuRatio ? { burstCpuRatio } : {}),
    ...(Object.keys(metricRatios).length > 0 ? { metricRatios } : {}),
    verdict: judgeDifference(settledDifferenceBytes),
  };
}

interface Pair {
  cell: Cell;
  partner: Cell;
}

/** Pairs in which one of the two was not measured, or was 0, have no ratio. */
function ratioOf(pairs: readonly Pair[], figure: (cell: Cell) => number | undefined): Interval | undefined {
  return estimateMedian(
    pairs.flatMap(({ cell, partner }) => {
      const [own, other] = [figure(cell), figure(partner)];
      return own && other ? [own / other] : [];
    }),
  );
}

function ratiosOfMetrics(pairs: readonly Pair[]): Record<string, Interval> {
  const names = new Set(pairs.flatMap(({ cell }) => Object.keys(cell.metrics ?? {})));
  const entries = [...names].flatMap((name) => {
    const ratio = ratioOf(pairs, (cell) => cell.metrics?.[name]?.value);
    return ratio ? [[name, ratio] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** Whether the interval of a difference, less the reference, leaves 0 out. */
export function judgeDifference({ low, high, samples }: Interval): Comparison['verdict'] {
  if (samples < fewestPairs) return 'too few repeats';
  if (high < 0) return 'smaller';
  return low > 0 ? 'larger' : 'no difference';
}
