import type { Evidence, GrowthEvidence } from '../model/doctor.ts';
import { present } from '../model/present.ts';
import { bytesPerMiB } from '../model/units.ts';
import { servingAnswer } from './allocator-idle.ts';
import { compilerTime, type Glance, liveOf, toReading } from './glance.ts';
import { type HeapsAt, mallocGrowth } from './malloc-growth.ts';
import { isNearlyAllRead } from './malloc-read.ts';
import { grownOwners } from './owner-growth.ts';
import { partChanges } from './rss-difference.ts';
import { type Point, steadyGrowth } from './steady-growth.ts';

/** Parts and categories that changed less are not listed. */
const leastListedBytes = 65_536;
/** A process without glibc's malloc is read by its counter page alone, at each glance. */
const leastCountedBytes = bytesPerMiB;

/** The change from an earlier look to a later one at the same process, for `--for`. Differences may be negative. `glances` were taken meanwhile. */
export function compareLooks(first: Evidence, second: Evidence, glances: readonly Glance[] = []): GrowthEvidence {
  const startedAt = measuredAt(first);
  const difference = (a: number | undefined, b: number | undefined) => (a === undefined || b === undefined ? undefined : b - a);
  const of = (pick: (look: Evidence) => number | undefined) => difference(pick(first), pick(second));
  const atLooks = [lookedAt(first, glances[0]), ...glances.slice(1, -1), lookedAt(second, glances.at(-1))];
  const compilerMs = compilerTime(glances);
  const peakRssBytes = glances.at(-1)?.peakRssBytes;
  const collections = difference(glances[0]?.collections, glances.at(-1)?.collections);
  return {
    intervalMs: Math.max(0, measuredAt(second) - startedAt),
    rssBytes: second.rssBytes - first.rssBytes,
    ...present(
      'mallocLiveBytes',
      of((look) => liveOf(lookedAt(look))),
    ),
    ...present('zlibBytes', of(zlibStates)),
    ...present(
      'javaHeapRssBytes',
      of(({ jvm }) => jvm?.heap?.rssBytes),
    ),
    ...present(
      'javaHeapUsedBytes',
      of(({ jvm }) => jvm?.heap?.usedBytes),
    ),
    threads: second.threads - first.threads,
    ...present(
      'classes',
      of(({ jvm }) => jvm?.metaspace?.classes),
    ),
    ...present(
      'loaders',
      of(({ jvm }) => jvm?.metaspace?.loaders),
    ),
    ...present('collections', collections === undefined ? undefined : Math.max(0, collections)),
    ...present('compilerMs', compilerMs),
    ...present('peakRssBytes', peakRssBytes),
    ...(glances.length > 0 ? { readings: atLooks.map((glance) => toReading(glance, startedAt)) } : {}),
    ...(glances.length > 0 ? steadyMalloc(atLooks, glances, { startedAt, isJvm: second.isJvm }) : {}),
    ...listed('parts', partsOf(first, second)),
    ...listed('categories', categoriesOf(first, second)),
    ...listed('threadGroups', threadGroupsOf(first, second)),
    ...listed('owners', grownOwners(first.owners, second.owners)),
  };
}

/** Milliseconds since the epoch. */
export function measuredAt({ measuredAt: at, takenAt }: Pick<Evidence, 'measuredAt' | 'takenAt'>): number {
  return Date.parse(at ?? takenAt);
}

/** The glance of that moment, with what the look itself has read. */
function lookedAt(look: Evidence, glance?: Glance): Glance {
  const { malloc, counters } = look;
  return {
    ...(malloc ? {} : present('allocatedBytes', servingAnswer(look)?.figures.allocatedBytes)),
    ...glance,
    at: measuredAt(look),
    ...(malloc ? { malloc } : {}),
    ...(counters ? { liveBytes: counters.liveBytes } : {}),
  };
}

/** The allocator is asked at the glances, of which the first is some time after the look that it stands for. */
function steadyMalloc(
  atLooks: readonly Glance[],
  glances: readonly Glance[],
  { startedAt, isJvm }: { startedAt: number; isJvm: boolean },
): Pick<GrowthEvidence, 'steadyMalloc' | 'sizes'> {
  const heaps = atLooks.flatMap(({ at, malloc }): HeapsAt[] => (malloc ? [{ atMs: at - startedAt, malloc }] : []));
  if (heaps.length > 0) {
    const { steady, sizes } = mallocGrowth(heaps, isJvm);
    return { ...(steady ? { steadyMalloc: steady } : {}), ...listed('sizes', sizes) };
  }
  const counted = pointsOf(atLooks, ({ liveBytes }) => liveBytes);
  const steady = steadyGrowth(counted.length > 0 ? counted : pointsOf(glances, ({ allocatedBytes }) => allocatedBytes));
  return steady && steady.grownBytes >= leastCountedBytes ? { steadyMalloc: steady } : {};
}

function pointsOf(glances: readonly Glance[], pick: (glance: Glance) => number | undefined): Point[] {
  return glances.flatMap((glance) => {
    const value = pick(glance);
    return value === undefined ? [] : [{ atMs: glance.at, value }];
  });
}

function partsOf(first: Evidence, second: Evidence): NonNullable<GrowthEvidence['parts']> {
  return partChanges(first, second)
    .filter(({ differenceBytes }) => Math.abs(differenceBytes) >= leastListedBytes)
    .map(({ name, beforeBytes, afterBytes }) => ({ name, beforeBytes, afterBytes }));
}

function categoriesOf({ jvm: before }: Evidence, { jvm: after }: Evidence): NonNullable<GrowthEvidence['categories']> {
  if (!before?.nmt || !after?.nmt) return [];
  const committed = new Map(before.nmt.categories.map(({ name, committedBytes }) => [name, committedBytes]));
  return after.nmt.categories
    .map(({ name, committedBytes }) => ({ name, beforeBytes: committed.get(name) ?? 0, afterBytes: committedBytes }))
    .filter(({ beforeBytes, afterBytes }) => Math.abs(afterBytes - beforeBytes) >= leastListedBytes)
    .sort((a, b) => Math.abs(b.afterBytes - b.beforeBytes) - Math.abs(a.afterBytes - a.beforeBytes));
}

function threadGroupsOf({ jvm: before }: Evidence, { jvm: after }: Evidence): NonNullable<GrowthEvidence['threadGroups']> {
  if (!before?.threads || !after?.threads) return [];
  const countOf = ({ groups }: NonNullable<typeof before.threads>, name: string) =>
    groups.find((group) => group.name === name)?.count ?? 0;
  const [was, is] = [before.threads, after.threads];
  const names = new Set([...was.groups, ...is.groups].map(({ name }) => name));
  return [...names]
    .map((name) => ({ name, before: countOf(was, name), after: countOf(is, name) }))
    .filter((group) => group.before !== group.after)
    .sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before));
}

/** Of a look that read little, another look would seem to find more. */
function zlibStates({ malloc }: Evidence): number | undefined {
  return malloc && isNearlyAllRead(malloc) ? malloc.census.bytes : undefined;
}

function listed<Key extends string, Item>(key: Key, items: Item[]): { [K in Key]?: Item[] } {
  return items.length === 0 ? {} : ({ [key]: items } as { [K in Key]?: Item[] });
}
