import type { AllocatorEvidence, Region, RegionKind } from '../../model/doctor.ts';
import type { HeapInspection } from '../../model/inspection.ts';
import type { Mapping } from '../../parse/smaps.ts';
import type { HugePageSample } from '../../process/huge-page-sample.ts';
import type { ImageHeap } from '../../process/image-heap.ts';
import type { PresentBytes } from '../../process/page-map.ts';
import type { ThreadPlace } from '../../process/threads.ts';
import type { TimeSlices } from '../../process/time-slices.ts';
import type { JvmFacts } from '../jvm.ts';
import { hugeIn } from './huge.ts';
import { knownRanges } from './known-ranges.ts';
import { kindsNotFound } from './not-found.ts';
import { cutMappings, needsPageMap, type Piece, RegionSums } from './regions.ts';

/** Address space whose page map is read to divide mappings: 8 bytes a page, so this is 8 MiB. */
const maxPageMapBytes = 4 * 1024 ** 3;

/** All of one moment. */
export interface MemoryReadings {
  mappings: readonly Mapping[];
  threads: readonly ThreadPlace[];
  /** `noFacts` of what is no JVM, or was not asked. */
  jvm: JvmFacts;
  inspection: Pick<HeapInspection, 'ranges'> | undefined;
  allocator: AllocatorEvidence['name'];
  /** Of file systems in memory, as `readMemoryDevices` tells them. */
  memoryDevices: ReadonlySet<string>;
  isJvm: boolean;
  /** Of a native image of GraalVM. */
  imageHeap?: ImageHeap | undefined;
  /** Absent where they were not looked for. */
  hugePages?: HugePageSample | undefined;
}

export interface DividedRss {
  /** They sum to the RSS of the mappings, to the byte. */
  regions: Region[];
  /** Parts of mappings that were divided by their size, since nobody could tell which of their pages are in memory. */
  guessedParts: number;
  /** Kinds of which the JVM has memory that was not found, or not all of it: it is unexplained. */
  notFound: RegionKind[];
}

/** RSS by part. Other work gets the thread meanwhile: a process may have hundreds of thousands of mappings. @throws the signal's reason */
export async function divideRss(
  { mappings, threads, jvm, inspection, allocator, memoryDevices, isJvm, imageHeap, hugePages }: MemoryReadings,
  presentBytes: PresentBytes,
  slices: TimeSlices,
): Promise<DividedRss> {
  const ranges = knownRanges({ mappings, jvm, inspection, threads, isJvm, isGlibc: allocator === 'glibc', imageHeap });
  const measure = measuring(presentBytes);
  const sums = new RegionSums();
  let guessedParts = 0;
  for (const cut of cutMappings(mappings, ranges, { allocator, memoryDevices })) {
    if (slices.isOver) await slices.next();
    const pieces = cut.map(measure).map((piece) => withHuge(piece, hugePages));
    guessedParts += pieces.filter(isGuessed).length;
    sums.add(pieces);
  }
  return { regions: sums.regions(), guessedParts, notFound: isJvm ? kindsNotFound(jvm, ranges) : [] };
}

/** Tells a piece of a divided mapping what of it is present, as far as that can be told. */
function measuring(presentBytes: PresentBytes): (piece: Piece) => Piece {
  let leftBytes = maxPageMapBytes;
  return (piece) => {
    if (!needsPageMap(piece)) return piece;
    leftBytes -= piece.end - piece.start;
    const present = leftBytes < 0 ? undefined : presentBytes(piece.start, piece.end);
    return present === undefined ? piece : { ...piece, presentBytes: present };
  };
}

function withHuge(piece: Piece, sample: HugePageSample | undefined): Piece {
  return sample && piece.mapping.hugeBytes > 0 ? { ...piece, huge: hugeIn(piece, sample) } : piece;
}

function isGuessed(piece: Piece): boolean {
  return needsPageMap(piece) && piece.presentBytes === undefined;
}
