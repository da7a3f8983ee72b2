import type { SizeChange, SteadyGrowth } from '../model/growth.ts';
import type { HeapInspection } from '../model/inspection.ts';
import { bytesPerMiB } from '../model/units.ts';
import { isArenaChunk, type SizeInUse, sizesInUse } from './chunk-sizes.ts';
import { isNearlyAllRead } from './malloc-read.ts';
import { blocksInUseBytes } from './process-figures.ts';
import { type Point, steadyGrowth } from './steady-growth.ts';

export interface HeapsAt {
  atMs: number;
  malloc: HeapInspection;
}

export interface MallocGrowth {
  steady?: SteadyGrowth;
  sizes: SizeChange[];
}

/** Fewer readings than this, and one of a thousand sizes seems to grow by chance. */
const fewestForSizes = 5;
const fewestChunks = 8;
/** Of what all sizes together grew by, those that grow steadily explain as much, or the sum is told. */
const explainedShare = 0.8;
/** A process that does nothing moves less. */
const leastOfSizesBytes = 0.25 * bytesPerMiB;
const leastOfSumBytes = bytesPerMiB;
const sizesShown = 16;

/** What grew in glibc's heaps. `isJvm`: the JIT compiler's arenas are no growth, since they go when it has compiled. */
export function mallocGrowth(all: readonly HeapsAt[], isJvm: boolean): MallocGrowth {
  const readings = all.filter(({ malloc }) => isNearlyAllRead(malloc));
  const byTime = readings.map(({ atMs, malloc }) => ({ atMs, sizes: sizesInUse(malloc) }));
  const keys = new Set(byTime.flatMap(({ sizes }) => [...sizes.keys()]));
  const series = [...keys].map((key) => seriesOf(byTime, key)).filter((one) => one !== undefined);
  const isLeft = ({ change }: (typeof series)[number]) => isJvm && isArenaChunk(change);
  const program = series.filter((one) => !isLeft(one));
  const left = series.filter(isLeft);
  const sum = readings.map(({ atMs, malloc }, index) => ({ atMs, value: blocksInUseBytes(malloc) - sumAt(left, index) }));
  const steady = program.filter(({ change }) => change.isSteady);
  const ofSizes = atLeast(
    steadyGrowth(readings.map(({ atMs }, index) => ({ atMs, value: sumAt(steady, index) }))),
    leastOfSizesBytes,
  );
  const ofSum = atLeast(steadyGrowth(sum), leastOfSumBytes);
  const told = ofSizes && ofSum && ofSizes.grownBytes < explainedShare * ofSum.grownBytes ? ofSum : (ofSizes ?? ofSum);
  return { ...(told ? { steady: told } : {}), sizes: largest(series.map(({ change }) => change)) };
}

function seriesOf(byTime: readonly { atMs: number; sizes: Map<string, SizeInUse> }[], key: string) {
  const found = byTime.map(({ sizes }) => sizes.get(key));
  const known = found.find((row) => row !== undefined);
  const [first, last] = [found[0], found.at(-1)];
  if (!known) return undefined;
  const points: Point[] = byTime.map(({ atMs }, index) => ({ atMs, value: found[index]?.bytes ?? 0 }));
  const { chunkBytes, toBytes, isMmapped } = known;
  const [beforeChunks, afterChunks] = [first?.chunks ?? 0, last?.chunks ?? 0];
  const isMany = points.length >= fewestForSizes && afterChunks - beforeChunks >= fewestChunks;
  const change: SizeChange = {
    chunkBytes,
    ...(toBytes === undefined ? {} : { toBytes }),
    ...(isMmapped ? { isMmapped } : {}),
    ...{ beforeChunks, afterChunks, beforeBytes: first?.bytes ?? 0, afterBytes: last?.bytes ?? 0 },
    isSteady: isMany && steadyGrowth(points) !== undefined,
  };
  return { points, change };
}

function sumAt(series: readonly { points: readonly Point[] }[], index: number): number {
  return series.reduce((sum, { points }) => sum + (points[index]?.value ?? 0), 0);
}

function atLeast(growth: SteadyGrowth | undefined, bytes: number): SteadyGrowth | undefined {
  return growth && growth.grownBytes >= bytes ? growth : undefined;
}

function largest(changes: readonly SizeChange[]): SizeChange[] {
  const sizeOf = ({ beforeBytes, afterBytes }: SizeChange) => Math.abs(afterBytes - beforeBytes);
  return changes
    .filter((change) => sizeOf(change) > 0)
    .sort((a, b) => sizeOf(b) - sizeOf(a))
    .slice(0, sizesShown);
}
