import { type Cell, phaseNames } from '../model/result.ts';

/** From the bottom of the stack to its top. */
export const stackedParts = ['java heap', 'live in malloc', 'other native', 'files'] as const;
export type StackedPart = (typeof stackedParts)[number];

export interface PartsOverTime {
  /** Since the start of the process. */
  atMs: number[];
  parts: Record<StackedPart, number[]>;
}

/** An exact reading: of smaps in the timeline, or at a phase. */
interface Exact {
  atMs: number;
  heapBytes: number | undefined;
  fileBytes: number;
}

/**
 * What RSS was made of, at moments evenly apart: RSS and live bytes as sampled, the Java heap and the pages of files from the exact readings, which are
 * further apart, with straight lines between them. From the first moment at which the Java heap is known, where there is one. Undefined without live bytes or exact readings: then there is nothing to divide by.
 */
export function partsOverTime(cell: Cell, moments: number): PartsOverTime | undefined {
  const { timeline } = cell;
  const exact = exactReadings(cell);
  const known = exact.some(({ heapBytes }) => heapBytes !== undefined)
    ? exact.filter(({ heapBytes }) => heapBytes !== undefined)
    : exact;
  const [first, endMs] = [known[0], timeline?.atMs.at(-1)];
  if (!timeline?.liveBytes || !first || endMs === undefined || endMs <= first.atMs) return undefined;
  const out: PartsOverTime = { atMs: [], parts: { 'java heap': [], 'live in malloc': [], 'other native': [], files: [] } };
  const stepMs = (endMs - first.atMs) / moments;
  let index = timeline.atMs.findIndex((at) => at >= first.atMs);
  for (let moment = 0; moment < moments; moment++) {
    const untilMs = first.atMs + (moment + 1) * stepMs;
    let largest = index;
    for (; index < timeline.atMs.length && (timeline.atMs[index] ?? 0) <= untilMs; index++)
      if ((timeline.rssBytes[index] ?? 0) > (timeline.rssBytes[largest] ?? 0)) largest = index;
    // A gap of the sampler: the level before it stays.
    if (largest >= timeline.atMs.length) largest = timeline.atMs.length - 1;
    const atMs = timeline.atMs[largest] ?? 0;
    push(out, atMs, divide(timeline.rssBytes[largest] ?? 0, timeline.liveBytes[largest] ?? 0, readAt(known, atMs)));
  }
  return out;
}

function push({ atMs, parts }: PartsOverTime, at: number, divided: Record<StackedPart, number>): void {
  atMs.push(at);
  for (const part of stackedParts) parts[part].push(divided[part]);
}

/** The parts sum up to RSS: the exact readings are of another moment, and live bytes may not be resident. */
function divide(rssBytes: number, liveBytes: number, { heapBytes = 0, fileBytes }: Exact): Record<StackedPart, number> {
  const heap = Math.min(heapBytes, rssBytes);
  const files = Math.min(fileBytes, rssBytes - heap);
  const live = Math.min(liveBytes, rssBytes - heap - files);
  return { 'java heap': heap, 'live in malloc': live, 'other native': rssBytes - heap - files - live, files };
}

function exactReadings({ timeline, phases }: Cell): Exact[] {
  const details = timeline?.details;
  const sampled = (details?.atMs ?? []).flatMap((atMs, index) =>
    toExact(atMs, details?.rssBytes[index], details?.anonymousBytes[index], details?.javaHeapRssBytes[index]),
  );
  const atPhases = phaseNames.flatMap((name) => {
    const phase = phases[name];
    return phase ? toExact(phase.atMs, phase.rssBytes, phase.anonymousBytes, phase.javaHeapRssBytes) : [];
  });
  return [...sampled, ...atPhases].sort((a, b) => a.atMs - b.atMs);
}

type Reading = number | null | undefined;

function toExact(atMs: number, rssBytes: Reading, anonymousBytes: Reading, heapBytes: Reading): Exact[] {
  if (typeof rssBytes !== 'number' || typeof anonymousBytes !== 'number') return [];
  return [{ atMs, heapBytes: heapBytes ?? undefined, fileBytes: Math.max(0, rssBytes - anonymousBytes) }];
}

/** Between the two readings around a moment; the nearest beyond them. */
function readAt(readings: readonly Exact[], atMs: number): Exact {
  const next = readings.findIndex((reading) => reading.atMs >= atMs);
  const after = readings[next] ?? readings.at(-1);
  const before = next > 0 ? readings[next - 1] : after;
  if (!before || !after) return { atMs, heapBytes: undefined, fileBytes: 0 };
  const share = after.atMs > before.atMs ? (atMs - before.atMs) / (after.atMs - before.atMs) : 0;
  const between = (from = 0, to = 0) => Math.round(from + (to - from) * Math.min(1, Math.max(0, share)));
  return { atMs, heapBytes: between(before.heapBytes, after.heapBytes), fileBytes: between(before.fileBytes, after.fileBytes) };
}
