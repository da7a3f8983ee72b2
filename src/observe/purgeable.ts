import { basename } from 'node:path';
import { allocatorNamed } from '../allocators/registry.ts';
import type { AddressRange } from '../model/address-range.ts';
import type { AllocatorAnswer } from '../model/allocator-answer.ts';
import { OffheapError } from '../model/errors.ts';
import { present } from '../model/present.ts';
import { readFreeExtents, readFreeSegments } from '../native/free-pages.ts';
import { type MapsEntry, parseMaps } from '../parse/maps.ts';
import { provenExtents, provenSegments } from '../stats/allocator-idle.ts';
import { readProcFile } from './identity.ts';

/**
 * With what the allocator that serves malloc would give back, where its records in the process tell: read from outside, right after it has answered, and believed
 * where they agree with what it answered.
 */
export async function withPurgeable(
  pid: number,
  answers: readonly AllocatorAnswer[],
  signal?: AbortSignal,
): Promise<AllocatorAnswer[]> {
  return Promise.all(
    answers.map(async (answer) =>
      answer.serves ? { ...answer, ...present('purgeableRssBytes', await readPurgeable(pid, answer, signal)) } : answer,
    ),
  );
}

async function readPurgeable(pid: number, answer: AllocatorAnswer, signal?: AbortSignal): Promise<number | undefined> {
  const { freePages } = allocatorNamed(answer.name);
  if (!freePages || (freePages.version !== undefined && freePages.version !== answer.version)) return undefined;
  try {
    if (freePages.records === 'segments') return provenSegments(await readFreeSegments(pid, signal));
    const pageBytes = freePages.pageBytes ?? answer.figures.pageBytes;
    const data = findData(parseMaps(await readProcFile(pid, 'maps')), answer.object);
    if (pageBytes === undefined || !data) return undefined;
    return provenExtents(await readFreeExtents(pid, { records: freePages.records, pageBytes, data }, signal), answer.figures);
  } catch (error) {
    if (!(error instanceof OffheapError)) throw error;
    return undefined;
  }
}

/** What an object can write, and the zeroed memory behind it. The process names it as it was asked for, the kernel as it is: `libjemalloc.so` is `libjemalloc.so.2`. */
export function findData(mappings: readonly MapsEntry[], object: string): AddressRange | undefined {
  const isOf = ({ path }: MapsEntry) =>
    path !== '' && object !== '' && (path === object || basename(path).startsWith(basename(object)));
  const last = mappings.findLastIndex((mapping) => isOf(mapping) && isPrivateData(mapping));
  let first = last;
  let end = mappings[last]?.end ?? 0;
  while (first > 0 && isAdjacent(mappings[first - 1], mappings[first]) && isOf(mappings[first - 1] as MapsEntry)) first--;
  for (let next = last + 1; mappings[next]?.start === end && mappings[next]?.path === ''; next++) end = mappings[next]?.end ?? end;
  const start = mappings[first]?.start;
  return last < 0 || start === undefined ? undefined : { start, end };
}

function isPrivateData({ perms }: MapsEntry): boolean {
  return perms.startsWith('rw') && perms.endsWith('p');
}

function isAdjacent(before: MapsEntry | undefined, after: MapsEntry | undefined): boolean {
  return before !== undefined && after !== undefined && before.end === after.start && isPrivateData(before);
}
