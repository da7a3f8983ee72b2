import type { LiveSizeClass } from '../model/oom.ts';

/**
 * Size classes of live blocks by what they may have, largest first. A page counts blocks by the bit width of their size (docs/counters.md), and live bytes over all: that bounds what each class has.
 *
 * @param blocks by bit width; the last has everything above
 */
export function liveSizeClasses(blocks: readonly number[], liveBytes: number): LiveSizeClass[] {
  const classes = blocks.flatMap((count, width) => {
    if (count <= 0 || width === 0) return [];
    const isLast = width === blocks.length - 1;
    return [{ width, count, from: 2 ** (width - 1), ...(isLast ? {} : { to: 2 ** width - 1 }) }];
  });
  const least = classes.reduce((sum, { count, from }) => sum + count * from, 0);
  const most = classes.reduce((sum, { count, to }) => sum + (to === undefined ? Number.POSITIVE_INFINITY : count * to), 0);
  return classes
    .map(({ count, from, to }) => {
      const own = { least: count * from, most: to === undefined ? Number.POSITIVE_INFINITY : count * to };
      // What the others have at least, this one cannot have; what they cannot have, this one has.
      const mostBytes = Math.min(own.most, liveBytes - (least - own.least));
      const leastBytes = Math.max(own.least, Number.isFinite(most) ? liveBytes - (most - own.most) : own.least);
      return {
        fromBytes: from,
        ...(to === undefined ? {} : { toBytes: to }),
        blocks: count,
        leastBytes: Math.max(0, Math.min(leastBytes, mostBytes)),
        mostBytes: Math.max(0, mostBytes),
      };
    })
    .sort((a, b) => b.mostBytes - a.mostBytes);
}
