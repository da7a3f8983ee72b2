import type { DoctorFile } from '../model/doctor-file.ts';
import type { SizeChange } from '../model/growth.ts';
import type { OwnerChange } from '../model/owner-growth.ts';
import { bytesPerMiB, formatCount } from '../model/units.ts';
import { blocksInUseBytes } from './process-figures.ts';

/** A figure of both looks. */
export interface GrowthRow {
  what: string;
  unit: 'bytes' | 'count';
  before: number;
  after: number;
}

type Source = Pick<DoctorFile['evidence'], 'growth' | 'rssBytes' | 'threads' | 'malloc' | 'counters' | 'jvm'>;
type Growth = NonNullable<Source['growth']>;

const shownOfEach = 8;
/** Less is shown as 0.0 in a table of MiB. */
export const leastShownBytes = 0.05 * bytesPerMiB;

/** What changed between two looks, and of what it is made: RSS by part, Java objects, blocks of malloc by size, NMT by category, threads, classes. */
export function growthRows(source: Source, growth: Growth): GrowthRow[] {
  const { rssBytes, threads, malloc, counters, jvm } = source;
  const mallocBytes =
    (malloc?.totals && malloc.mmapped && blocksInUseBytes({ totals: malloc.totals, mmapped: malloc.mmapped })) ??
    counters?.liveBytes;
  return [
    { what: 'RSS', unit: 'bytes', before: rssBytes - growth.rssBytes, after: rssBytes },
    ...partRows(source, growth),
    ...rowOf('Java objects, dead ones too', 'bytes', jvm?.heap?.usedBytes, growth.javaHeapUsedBytes),
    ...rowOf('blocks of malloc, resident or not', 'bytes', mallocBytes, growth.mallocLiveBytes),
    ...rowOf('zlib states among them', 'bytes', malloc?.census?.bytes, growth.zlibBytes),
    ...(growth.sizes ?? []).map(sizeRow).filter(isShown).slice(0, shownOfEach),
    ...(growth.owners ?? []).map(ownerRow).filter(isShown).slice(0, shownOfEach),
    ...(growth.categories ?? [])
      .map((change) => changeRow({ ...change, name: `NMT: ${change.name}` }))
      .filter(isShown)
      .slice(0, shownOfEach),
    ...rowOf('threads', 'count', threads, growth.threads),
    ...(growth.threadGroups ?? [])
      .slice(0, shownOfEach)
      .map(({ name, before, after }): GrowthRow => ({ what: `threads named ${name}`, unit: 'count', before, after })),
    ...rowOf('classes', 'count', jvm?.metaspace?.classes, growth.classes),
    ...rowOf('class loaders', 'count', jvm?.metaspace?.loaders, growth.loaders),
  ];
}

/** Older results tell the Java heap alone. */
function partRows({ jvm }: Source, { parts, javaHeapRssBytes }: Growth): GrowthRow[] {
  if (!parts) return rowOf('java heap', 'bytes', jvm?.heap?.rssBytes, javaHeapRssBytes);
  return parts.map(changeRow).filter(isShown).slice(0, shownOfEach);
}

function changeRow({ name, beforeBytes, afterBytes }: { name: string; beforeBytes: number; afterBytes: number }): GrowthRow {
  return { what: name, unit: 'bytes', before: beforeBytes, after: afterBytes };
}

function sizeRow({ chunkBytes, toBytes, isMmapped, beforeChunks, afterChunks, beforeBytes, afterBytes }: SizeChange): GrowthRow {
  const size = `of ${formatCount(chunkBytes)} B${toBytes === undefined ? '' : ' and more'}${isMmapped ? ', mmapped' : ''}`;
  const change = afterChunks - beforeChunks;
  const count = `${change > 0 ? '+' : change < 0 ? '-' : ''}${formatCount(Math.abs(change))}`;
  return { what: `${count} blocks ${size}`, unit: 'bytes', before: beforeBytes, after: afterBytes };
}

function ownerRow({ kind, name, before, after }: OwnerChange): GrowthRow {
  const what = kind === 'nobody' ? 'blocks that nothing points to' : `owned by ${name}`;
  return { what, unit: 'bytes', before: before?.bytes ?? 0, after: after?.bytes ?? 0 };
}

function isShown({ before, after }: GrowthRow): boolean {
  return Math.abs(after - before) >= leastShownBytes;
}

/** None where one of the two looks does not have it, or it did not change. */
function rowOf(what: string, unit: GrowthRow['unit'], after: number | undefined, difference: number | undefined): GrowthRow[] {
  if (after === undefined || difference === undefined) return [];
  const row = { what, unit, before: after - difference, after };
  return unit === 'bytes' ? [row].filter(isShown) : [row].filter(({ before }) => before !== after);
}
