import type { AddressRange } from '../model/address-range.ts';
import { type FreeExtents, type FreePagesRecords, type FreeSegments, freePagesRecords } from '../model/free-pages.ts';
import { loadBinding } from './binding.ts';
import { withCancelFlag } from './cancel-flag.ts';
import { toInspectError } from './inspect-errors.ts';

/** Processor time: a process of 300 MiB takes some 10 ms. */
const budgetMs = 1500;
const figuresAWay = 3;

/** Where records of extents are found. */
export interface ExtentsPlace {
  records: Exclude<FreePagesRecords, 'segments'>;
  /** Of the allocator's pages. */
  pageBytes: number;
  /** The zeroed data of the object that has it. */
  data: AddressRange;
}

/**
 * Free extents of an allocator, by its records in the process: each way to read them. None where they were not found.
 *
 * @throws OffheapError as inspectHeap does
 */
export async function readFreeExtents(pid: number, place: ExtentsPlace, signal?: AbortSignal): Promise<FreeExtents[]> {
  const figures = await read(pid, place, signal);
  return Array.from({ length: figures.length / figuresAWay }, (_, way) => {
    const [dirtyBytes = 0, muzzyBytes = 0, rssBytes = 0] = figures.slice(way * figuresAWay);
    return { dirtyBytes, muzzyBytes, rssBytes };
  });
}

/**
 * What mimalloc 2.0.9 has free in segments that ended threads have left, and in its cache of segments.
 *
 * @throws OffheapError as inspectHeap does
 */
export async function readFreeSegments(pid: number, signal?: AbortSignal): Promise<FreeSegments> {
  const [segments = 0, unproven = 0, rssBytes = 0] = await read(pid, nowhere, signal);
  return { segments, unproven, rssBytes };
}

const nowhere = { records: 'segments', pageBytes: 0, data: { start: 0, end: 0 } } as const;

async function read(
  pid: number,
  { records, pageBytes, data }: { records: FreePagesRecords; pageBytes: number; data: AddressRange },
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const { figures, ...verdict } = await withCancelFlag(signal, (flag) =>
    loadBinding().readFreePages(pid, budgetMs, freePagesRecords.indexOf(records), pageBytes, data.start, data.end, flag),
  );
  if (verdict.status !== 'ok') throw toInspectError(pid, verdict);
  return figures ?? new Float64Array();
}
