import type { AllocatorName } from '../../allocators/registry.ts';
import type { AddressRange } from '../../model/address-range.ts';
import type { DeadPart } from '../../model/dead.ts';
import type { Region } from '../../model/doctor.ts';
import type { HeapInspection } from '../../model/inspection.ts';
import type { CoreFile, CoreMapping } from '../../native/core-file.ts';
import type { Mapping } from '../../parse/smaps.ts';
import type { ThreadPlace } from '../../process/threads.ts';
import { TimeSlices } from '../../process/time-slices.ts';
import type { JvmFacts } from '../jvm.ts';
import { divideRss } from '../regions/divide.ts';
import { findLast } from '../regions/ranges.ts';
import { accountedFlags, isInMemory, notReservedFlags } from './dead-map.ts';

const deletedSuffix = ' (deleted)';

/**
 * The mappings of a core file as those of a living process are told. In the place of RSS are the pages that the core file has, that hold something, and that no mapped file has.
 *
 * @param inspection malloc's heaps, which tell what of it `[heap]` was; undefined where they were not read
 */
export function toMappings(core: CoreFile, inspection: Pick<HeapInspection, 'ranges'> | undefined): Mapping[] {
  const arenas = inspection?.ranges.filter(({ kind }) => kind === 'arena') ?? [];
  const nothing = { hugetlbBytes: 0, hugeBytes: 0, lazyFreeBytes: 0, swapBytes: 0 };
  const begun = new Set(core.mappings.filter(({ pathOffset }) => pathOffset === 0).map((mapping) => mapping.path));
  return core.mappings.map((mapping) => {
    const { start, end, filledBytes, pathOffset } = mapping;
    const path = withoutDeleted(mapping.path);
    const deleted = path !== mapping.path;
    // No core tells what is shared. A library is mapped from its beginning on; of a jar JDK 8 maps its list of files alone, to be shared.
    const isPart = path.startsWith('/') && mapping.access?.isWritable !== true && !begun.has(mapping.path);
    const isShared = isInMemory(path) || isPart;
    const rssBytes = isOfFile(mapping, path) ? 0 : filledBytes;
    return {
      ...{ start, end, perms: permsOf(mapping, isShared), offset: pathOffset, device: '0:0', inode: 0, deleted },
      path: path === '' ? nameOf(mapping, core, inspection) : path,
      ...nothing,
      ...{ rssBytes, pssBytes: rssBytes, anonymousBytes: rssBytes },
      // Without malloc's heaps nothing tells an arena from metaspace: neither is guessed.
      vmFlags: inspection ? (isWithin(arenas, mapping) ? notReservedFlags : accountedFlags) : '',
    };
  });
}

/** As the list of mapped files had it before the file was removed. */
export function withoutDeleted(path: string): string {
  return path.endsWith(deletedSuffix) ? path.slice(0, -deletedSuffix.length) : path;
}

/** The kernel dumps all of a file that a JVM has mapped, in memory or not, and the file has it as well. */
function isOfFile({ access }: CoreMapping, path: string): boolean {
  return path.startsWith('/') && access?.isWritable !== true && !isInMemory(path);
}

function permsOf({ access }: CoreMapping, isShared: boolean): string {
  const { isReadable = true, isWritable = false, isExecutable = false } = access ?? {};
  return `${isReadable ? 'r' : '-'}${isWritable ? 'w' : '-'}${isExecutable ? 'x' : '-'}${isShared ? 's' : 'p'}`;
}

/** Names that the kernel gives in /proc/PID/maps, and no core has. */
function nameOf(
  mapping: AddressRange,
  { stackAt, vdsoAt }: CoreFile,
  inspection: Pick<HeapInspection, 'ranges'> | undefined,
): string {
  if (holds(mapping, stackAt)) return '[stack]';
  if (holds(mapping, vdsoAt)) return '[vdso]';
  const [first] = inspection?.ranges.filter(({ kind }) => kind === 'main') ?? [];
  return first && holds(mapping, first.start) ? '[heap]' : '';
}

function holds({ start, end }: AddressRange, address: number): boolean {
  return start <= address && address < end;
}

function isWithin(ranges: readonly AddressRange[], { start, end }: AddressRange): boolean {
  const near = ranges[findLast(ranges, start)];
  return near !== undefined && start < near.end && end <= near.end;
}

export interface CoreParts {
  /** With what holds something in the place of RSS. */
  regions: Region[];
  parts: DeadPart[];
}

interface CoreClues {
  jvm: JvmFacts;
  threads: readonly ThreadPlace[];
  inspection: Pick<HeapInspection, 'ranges'> | undefined;
  allocator: AllocatorName;
  isJvm: boolean;
}

/** Its mappings by part, as those of a living process are found. */
export async function divideCore(mappings: readonly Mapping[], clues: CoreClues): Promise<CoreParts> {
  const divide = async (measured: readonly Mapping[]) => {
    const readings = { ...clues, mappings: measured, memoryDevices: new Set<string>() };
    return (await divideRss(readings, () => undefined, new TimeSlices())).regions;
  };
  const regions = await divide(mappings);
  const committed = await divide(
    mappings.map((mapping) => ({ ...mapping, rssBytes: isCommitted(mapping) ? mapping.end - mapping.start : 0 })),
  );
  const parts = regions
    .map(({ kind, sizeBytes, rssBytes, mappings: count }) => ({
      ...{ kind, sizeBytes, mappings: count, filledBytes: rssBytes },
      committedBytes: committed.find((one) => one.kind === kind)?.rssBytes ?? 0,
    }))
    .sort((a, b) => b.filledBytes - a.filledBytes || b.sizeBytes - a.sizeBytes);
  return { regions, parts };
}

function isCommitted({ perms, path }: Mapping): boolean {
  return perms[1] === 'w' && (perms[3] === 'p' || isInMemory(path));
}

/** Class data that is a part of the heap is mapped from there. */
const mayBeHeap = (path: string) => path === '' || path.endsWith('.jsa');

/**
 * Where the Java heap lies whose size is known: the lowest mappings without a gap that have this size together, the first of which can be written. HotSpot puts it low, for its
 * references of 32 bits. Undefined where there are none.
 */
export function findJavaHeap(mappings: readonly Mapping[], sizes: readonly number[]): AddressRange | undefined {
  for (const bytes of sizes) {
    for (let index = 0; index < mappings.length; index++) {
      const end = bytes > 0 ? endOfRun(mappings, index, bytes) : undefined;
      const start = mappings[index]?.start ?? 0;
      if (end !== undefined) return { start, end };
    }
  }
  return undefined;
}

function endOfRun(mappings: readonly Mapping[], first: number, bytes: number): number | undefined {
  const { start = 0, perms = '', path = '' } = mappings[first] ?? {};
  if (perms[1] !== 'w' || path !== '') return undefined;
  let end = start;
  for (let index = first; end - start < bytes; index++) {
    const mapping = mappings[index];
    if (!mapping || mapping.start !== end || !mayBeHeap(mapping.path)) return undefined;
    end = mapping.end;
  }
  return end - start === bytes ? end : undefined;
}
