import type { Evidence, GrowthEvidence } from '../../model/doctor.ts';
import { present } from '../../model/present.ts';
import type { Recording } from '../../stats/recording.ts';
import { smoothed } from '../../stats/recording.ts';
import type { Point } from '../../stats/steady-growth.ts';

/** Beyond what the heap explains: it may have touched all that it had committed. */
export const nativePart = 'native memory that is no Java heap';
export const uncountedPart = 'native memory that Native Memory Tracking does not count';

/**
 * A recording as two looks, its beginning and its end, and what was seen between them: the rules of `--for` judge it. Warming up is left out: of a long recording the first tenth.
 */
export function recordedEvidence(recording: Recording, whole: Evidence): Evidence {
  const startMs = recording.firstMs + warmUpShare * (recording.lastMs - recording.firstMs);
  const since = (name: string) => smoothed(recording.points(name)).filter(({ atMs }) => atMs >= startMs);
  const change = (name: string) => differenceOf(since(name));
  const rss = since('rss');
  const intervalMs = Math.max(0, Math.round(recording.lastMs - startMs));
  const growth: GrowthEvidence = {
    intervalMs,
    rssBytes: differenceOf(rss) ?? 0,
    threads: change('threads') ?? 0,
    ...present('classes', classesOf(since)),
    collections: since('heap after').length,
    readings: [
      ...rss.map(({ atMs, value }) => ({ atMs: Math.round(atMs - startMs), rssBytes: value })),
      ...since('heap after').map(({ atMs, value }) => ({
        atMs: Math.round(atMs - startMs),
        lastCollectionMs: Math.round(atMs - startMs),
        heapSurvivedBytes: value,
      })),
    ],
    parts: partsOf(recording, since),
  };
  return { ...whole, growth };
}

const warmUpShare = 0.1;

type Since = (name: string) => Point[];

function differenceOf(points: readonly Point[]): number | undefined {
  const [first, last] = [points[0], points.at(-1)];
  return first && last ? last.value - first.value : undefined;
}

/** Classes come while a program begins; in a longer recording that is over. */
const warmUpMs = 120_000;

function classesOf(since: Since): number | undefined {
  const points = since('classes loaded');
  const spanMs = (points.at(-1)?.atMs ?? 0) - (points[0]?.atMs ?? 0);
  return spanMs >= warmUpMs ? undefined : differenceOf(points);
}

/** NMT's categories that have a name of ours; its heap is committed, not resident. */
const partNames: Readonly<Record<string, string>> = {
  'Thread Stack': 'thread stacks',
  Thread: 'thread stacks',
  Metaspace: 'metaspace',
};
const heapCategory = 'Java Heap';

function partsOf(recording: Recording, since: Since): NonNullable<GrowthEvidence['parts']> {
  const parts: NonNullable<GrowthEvidence['parts']> = [];
  const add = (name: string, points: readonly Point[]) => {
    const [first, last] = [points[0], points.at(-1)];
    if (first && last && first !== last) parts.push({ name, beforeBytes: first.value, afterBytes: last.value });
  };
  const categories = recording.names.filter((name) => name.startsWith('nmt: '));
  for (const name of categories) {
    const category = name.slice('nmt: '.length);
    if (category !== heapCategory) add(partNames[category] ?? `NMT’s ${category}`, since(name));
  }
  if (categories.length === 0) add('metaspace', since('metaspace'));
  if (categories.length === 0) add('direct buffers', since('direct buffers'));
  const rest = restOf(recording, since, categories);
  return [...parts, ...(rest ? [rest] : [])].sort((a, b) => b.afterBytes - b.beforeBytes - (a.afterBytes - a.beforeBytes));
}

/** What of RSS nothing else explains, at the least: the Java heap may have touched, between the two, all that it had not before. */
function restOf(
  recording: Recording,
  since: Since,
  categories: readonly string[],
): NonNullable<GrowthEvidence['parts']>[number] | undefined {
  const [first, last] = [since('rss')[0], since('rss').at(-1)];
  const committedBytes = ['heap committed', `nmt: ${heapCategory}`].flatMap(
    (name) => recording.points(name).at(-1)?.value ?? [],
  )[0];
  // Without it all of the growth may be the heap's.
  if (!first || !last || committedBytes === undefined) return undefined;
  const heap = { before: usedUntil(recording, first.atMs), after: Math.max(usedUntil(recording, last.atMs), committedBytes) };
  const told = (atEnd: boolean) =>
    categories
      .filter((name) => name !== `nmt: ${heapCategory}`)
      .reduce((sum, name) => sum + ((atEnd ? since(name).at(-1) : since(name)[0])?.value ?? 0), 0);
  const direct = (atEnd: boolean) =>
    ((atEnd ? since('direct buffers').at(-1) : since('direct buffers')[0])?.value ?? 0) +
    ((atEnd ? since('metaspace').at(-1) : since('metaspace')[0])?.value ?? 0);
  const others = (atEnd: boolean) => (categories.length > 0 ? told(atEnd) : direct(atEnd));
  const beforeBytes = Math.max(0, first.value - heap.before - others(false));
  const grownBytes = last.value - first.value - (heap.after - heap.before) - (others(true) - others(false));
  return {
    name: categories.length > 0 ? uncountedPart : nativePart,
    beforeBytes,
    afterBytes: Math.max(0, beforeBytes + grownBytes),
  };
}

/** The most that the heap had in use until then: so much of it has been touched. */
function usedUntil(recording: Recording, untilMs: number): number {
  return ['heap before', 'heap after']
    .flatMap((name) => recording.points(name))
    .reduce((most, { atMs, value }) => (atMs <= untilMs ? Math.max(most, value) : most), 0);
}
