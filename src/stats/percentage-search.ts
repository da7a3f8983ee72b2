/** What one percentage led to. */
export interface TriedPercentage {
  percentage: number;
  /** The smallest limit with it; undefined where that is no smaller than the smallest of those tried before it. */
  limitBytes: number | undefined;
}

/** The golden section's smaller part. */
const smallerPart = (3 - Math.sqrt(5)) / 2;

/**
 * The percentage of the limit to give the heap next, in the search for that with the smallest limit; undefined when it is found. A small percentage needs a large
 * limit for the heap, and a large one for what is beside the heap: limits fall and then rise. So it is a golden section search (Kiefer, Proc. AMS 4, 1953), here over
 * the steps of a grid. It only asks whether a percentage is better than the best one, which is mostly told by one attempt below that limit.
 *
 * @param grid ascending.
 * @param tried in the order in which they were.
 */
export function nextPercentage(grid: readonly number[], tried: readonly TriedPercentage[]): number | undefined {
  let [below, above] = [-1, grid.length];
  let best: number | undefined;
  let smallest = Number.POSITIVE_INFINITY;
  for (const { percentage, limitBytes = Number.POSITIVE_INFINITY } of tried) {
    const at = grid.indexOf(percentage);
    if (best === undefined || limitBytes < smallest) {
      if (best !== undefined && at > best) below = best;
      if (best !== undefined && at < best) above = best;
      best = at;
      smallest = limitBytes;
    } else if (at > best) above = at;
    else below = at;
  }
  if (best === undefined) return grid[Math.min(grid.length - 1, Math.floor(grid.length * (1 - smallerPart)))];
  const [left, right] = [best - below, above - best];
  if (left === 1 && right === 1) return undefined;
  const step = (gap: number) => Math.max(1, Math.round(gap * smallerPart));
  return grid[right > left ? best + step(right) : best - step(left)];
}
