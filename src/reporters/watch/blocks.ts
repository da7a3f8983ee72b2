import { liveShareOf } from '../../model/counters.ts';
import type { Evidence } from '../../model/doctor.ts';
import { printable } from '../../model/printable.ts';
import { bytesPerMiB, formatCount, formatPercentDown, formatSeconds, formatShare } from '../../model/units.ts';
import type { Glance, LastLook } from '../../model/watch.ts';
import { bar } from '../bar.ts';
import { smallMiB } from './figures.ts';
import { fitCell } from './screen.ts';

/** Lines that stand beside others. */
export interface Block {
  title: string;
  rows: Row[];
}

/** A name at the left, figures at the right, in so many columns. */
export type Row = (width: number) => string;

/** Below it a part is left out. */
const leastShownBytes = 0.5 * bytesPerMiB;
const nameWidth = 16;
const figureWidth = 10;
const shareWidth = 6;
const sizeWidth = 9;

/** What there is of the parts of RSS, of glibc's heaps and of the threads; each the largest first. */
export function blocksOf({ look, threads }: Glance): Block[] {
  const blocks = [...(look ? [partsBlock(look), heapsBlock(look)] : []), threadsBlock(threads)];
  return blocks.filter((block) => block !== undefined);
}

function partsBlock({ evidence: { regions, rssBytes }, durationMs }: LastLook): Block {
  const shown = regions.filter((region) => region.rssBytes >= leastShownBytes).toSorted((a, b) => b.rssBytes - a.rssBytes);
  const rows = shown.map(
    ({ kind, rssBytes: bytes }): Row =>
      (width) => {
        const head = `${kind.padEnd(nameWidth)}${smallMiB(bytes).padStart(figureWidth)}${formatShare(bytes, rssBytes).padStart(shareWidth)} `;
        return fitCell(head + bar(bytes / rssBytes, Math.max(0, width - head.length)), width);
      },
  );
  return { title: `parts of RSS, read in ${formatSeconds(durationMs)}`, rows };
}

function heapsBlock({ evidence: { malloc }, trimmableBytes, mallocReadShare = 1 }: LastLook): Block | undefined {
  if (!malloc || trimmableBytes === undefined) return undefined;
  const { inflaters, deflaters } = malloc.census;
  const arenas = malloc.arenas
    .map((arena, index) => ({ name: arena.isMain ? 'main arena' : `arena ${index}`, ...sizesOf(arena) }))
    .toSorted((a, b) => b.freeBytes - a.freeBytes);
  const rows = [
    named('a trim gives back', smallMiB(trimmableBytes)),
    ...(mallocReadShare === 1 ? [] : [named('read of malloc', formatPercentDown(mallocReadShare))]),
    named('zlib states, at most', formatCount(inflaters + deflaters)),
    ...arenas.map(({ name, freeBytes, rssBytes }) =>
      named(name, `${smallMiB(freeBytes)} free of ${smallMiB(rssBytes).padStart(sizeWidth)}`),
    ),
  ];
  return { title: `glibc’s heaps: ${formatCount(arenas.length)} arena${arenas.length === 1 ? '' : 's'}`, rows };
}

function sizesOf({ residentFree, tcacheBytes = 0, rssBytes }: NonNullable<Evidence['malloc']>['arenas'][number]) {
  return { freeBytes: Object.values(residentFree).reduce((sum, bytes) => sum + bytes, tcacheBytes), rssBytes };
}

function threadsBlock(threads: Glance['threads']): Block | undefined {
  const holding = threads.filter((thread) => liveShareOf(thread) >= leastShownBytes);
  if (holding.length === 0) return undefined;
  const rows = holding.map((thread) => named(printable(thread.name), smallMiB(liveShareOf(thread))));
  return { title: 'allocated less freed, by thread', rows };
}

function named(name: string, figures: string): Row {
  return (width) => fitCell(`${fitCell(name, Math.max(1, width - figures.length - 1))} ${figures}`, width);
}
