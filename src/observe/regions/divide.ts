import type { AllocatorEvidence, Region } from '../../model/doctor.ts';
import type { HeapInspection } from '../../model/inspection.ts';
import type { Mapping } from '../../parse/smaps.ts';
import type { PresentBytes } from '../../process/page-map.ts';
import type { ThreadPlace } from '../../process/threads.ts';
import type { JvmFacts } from '../jvm.ts';
import { knownRanges } from './known-ranges.ts';
import { cutMappings, needsPageMap, type Piece, sumRegions } from './regions.ts';

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
}

export interface DividedRss {
  /** They sum to the RSS of the mappings, to the byte. */
  regions: Region[];
  /** Parts of mappings that were divided by their size, since nobody could tell which of their pages are in memory. */
  guessedParts: number;
}

/** RSS by part. */
export function divideRss(readings: MemoryReadings, presentBytes: PresentBytes): DividedRss {
  return sumPieces(cutRss(readings), presentBytes);
}

/** The first half of it: of 60,000 mappings each takes up to a quarter of a second. */
export function cutRss({ mappings, threads, jvm, inspection, allocator, memoryDevices, isJvm }: MemoryReadings): Piece[] {
  const isGlibc = allocator === 'glibc';
  const ranges = knownRanges({ mappings, jvm, inspection, threads, isJvm, isGlibc });
  return cutMappings(mappings, ranges, { allocator, memoryDevices });
}

/** The second half. */
export function sumPieces(pieces: readonly Piece[], presentBytes: PresentBytes): DividedRss {
  const measured = measurePieces(pieces, presentBytes);
  return { regions: sumRegions(measured), guessedParts: measured.filter(isGuessed).length };
}

/** Tells the pieces of divided mappings what of them is present, as far as that can be told. */
function measurePieces(pieces: readonly Piece[], presentBytes: PresentBytes): Piece[] {
  let leftBytes = maxPageMapBytes;
  return pieces.map((piece) => {
    if (!needsPageMap(piece)) return piece;
    leftBytes -= piece.end - piece.start;
    const present = leftBytes < 0 ? undefined : presentBytes(piece.start, piece.end);
    return present === undefined ? piece : { ...piece, presentBytes: present };
  });
}

function isGuessed(piece: Piece): boolean {
  return needsPageMap(piece) && piece.presentBytes === undefined;
}
