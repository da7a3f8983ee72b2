import type { AllocatorName } from '../../allocators/registry.ts';
import type { DeadPart } from '../../model/dead.ts';
import type { Region } from '../../model/doctor.ts';
import { type MapsEntry, parseMaps } from '../../parse/maps.ts';
import type { Mapping } from '../../parse/smaps.ts';
import type { ThreadPlace } from '../../process/threads.ts';
import { TimeSlices } from '../../process/time-slices.ts';
import type { JvmFacts } from '../jvm.ts';
import { divideRss } from '../regions/divide.ts';
import { knownRanges } from '../regions/known-ranges.ts';
import { findLast } from '../regions/ranges.ts';

/** The memory map that a process has left, by part. */
export interface DeadMap {
  mappings: Mapping[];
  /** With what is committed in the place of RSS, which no map tells: they sum to what the kernel had promised. */
  regions: Region[];
  parts: DeadPart[];
  virtualBytes: number;
  committedBytes: number;
}

export interface MapClues {
  jvm: JvmFacts;
  threads: readonly ThreadPlace[];
  allocator: AllocatorName;
}

/** It is in every map, and in no limit. */
const kernelsPage = '[vsyscall]';
/** glibc's HEAP_MAX_SIZE (malloc/arena.c). */
const arenaBytes = 64 * 1024 ** 2;
/** Four times as many as Linux allows by default. */
const mostMappings = 262_144;
/** Of vmFlags: what the kernel accounts for, and what it does not (MAP_NORESERVE), which glibc's arenas have. */
export const [accountedFlags, notReservedFlags] = ['rd wr mr mw me ac', 'rd wr mr mw me nr'] as const;

/** The parts of a map (the text of /proc/PID/maps), as those of a living process are found. */
export async function divideMap(text: string, { jvm, threads, allocator }: MapClues): Promise<DeadMap> {
  const asTold = parseMaps(text)
    .slice(0, mostMappings)
    .filter(({ path }) => path !== kernelsPage)
    .map((entry) => toMapping(entry, accountedFlags));
  const clues = { jvm, threads, inspection: undefined, isJvm: true };
  // Which mappings were made without reservation the map does not tell: what is no metaspace, and has the shape of an arena, was.
  const metaspace = asTold.some(mayBeArena)
    ? knownRanges({ ...clues, mappings: asTold, isGlibc: false }).filter(({ kind }) => kind === 'metaspace')
    : [];
  const mappings = asTold.map((mapping) => {
    const near = metaspace[findLast(metaspace, mapping.start)];
    const isMetaspace = near !== undefined && mapping.start < near.end;
    return mayBeArena(mapping) && !isMetaspace ? { ...mapping, vmFlags: notReservedFlags } : mapping;
  });
  const readings = { ...clues, mappings, allocator, memoryDevices: new Set<string>() };
  const { regions } = await divideRss(readings, () => undefined, new TimeSlices());
  const parts = regions
    .map(({ kind, sizeBytes, rssBytes, mappings: count }) => ({ kind, sizeBytes, committedBytes: rssBytes, mappings: count }))
    .sort((a, b) => b.committedBytes - a.committedBytes || b.sizeBytes - a.sizeBytes);
  return {
    ...{ mappings, regions, parts },
    virtualBytes: mappings.reduce((sum, { start, end }) => sum + end - start, 0),
    committedBytes: mappings.reduce((sum, { rssBytes }) => sum + rssBytes, 0),
  };
}

function mayBeArena({ start, perms, path }: Mapping): boolean {
  return start % arenaBytes === 0 && perms === 'rw-p' && path === '';
}

function toMapping(entry: MapsEntry, vmFlags: string): Mapping {
  const committedBytes = isCommitted(entry) ? entry.end - entry.start : 0;
  const nothing = { hugetlbBytes: 0, hugeBytes: 0, lazyFreeBytes: 0, swapBytes: 0 };
  return { ...entry, ...nothing, rssBytes: committedBytes, pssBytes: committedBytes, anonymousBytes: committedBytes, vmFlags };
}

/** Shared memory of no file of anybody's, such as ZGC's heap. */
const inMemory = /^\/(?:memfd:|SYSV|dev\/zero$|dev\/shm\/|anon_hugepage)/;

/** What the kernel counts as promised: private and writable, or shared memory. Files that are mapped it can drop. */
function isCommitted({ perms, path }: MapsEntry): boolean {
  if (perms[1] !== 'w') return false;
  return perms[3] === 'p' || path === '' || isInMemory(path);
}

export function isInMemory(path: string): boolean {
  return inMemory.test(path);
}
