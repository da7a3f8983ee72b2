import type { Region } from '../../model/doctor.ts';
import { type RegionKind, regionKinds } from '../../model/region-kinds.ts';
import type { Mapping } from '../../parse/smaps.ts';
import { classifyMapping, type MappingContext } from './classify.ts';
import type { KnownRange } from './ranges.ts';

const largestCount = 10;

/** A mapping, or the part of one that is of one kind. */
export interface Piece {
  mapping: Mapping;
  start: number;
  end: number;
  kind: RegionKind;
  name: string;
  /** Of a part of a mapping: its resident bytes by the page map, when that could be read. */
  presentBytes?: number;
}

/** Cuts mappings where known ranges begin and end. Both are sorted, so one pass does it, however many there are. */
export function cutMappings(
  mappings: readonly Mapping[],
  ranges: readonly KnownRange[],
  { allocator, memoryDevices }: Pick<MappingContext, 'allocator' | 'memoryDevices'>,
): Piece[] {
  const pieces: Piece[] = [];
  const context: MappingContext = { allocator, memoryDevices, previous: undefined, programs: programsOf(mappings) };
  let next = 0;
  for (const mapping of mappings) {
    while (next < ranges.length && (ranges[next]?.end ?? 0) <= mapping.start) next++;
    cutOne(mapping, ranges, next, classifyMapping(mapping, context), pieces);
    context.previous = mapping;
  }
  return pieces;
}

function cutOne(
  mapping: Mapping,
  ranges: readonly KnownRange[],
  first: number,
  own: Pick<Piece, 'kind' | 'name'>,
  pieces: Piece[],
): void {
  let start = mapping.start;
  const add = (end: number, { kind, name }: Pick<Piece, 'kind' | 'name'>) => {
    if (end <= start) return;
    pieces.push({ mapping, start, end, kind, name });
    start = end;
  };
  for (let index = first; index < ranges.length; index++) {
    const range = ranges[index];
    if (!range || range.start >= mapping.end) break;
    add(range.start, own);
    add(Math.min(range.end, mapping.end), { kind: range.kind, name: range.name ?? own.name });
  }
  add(mapping.end, own);
}

/** Files of which a part is executable: their other parts are the same program's data. */
function programsOf(mappings: readonly Mapping[]): ReadonlySet<string> {
  return new Set(mappings.filter(({ perms, path }) => perms[2] === 'x' && path.startsWith('/')).map(({ path }) => path));
}

/** Whether the page map must tell how a piece's mapping divides: it is neither wholly resident nor wholly absent, and has other pieces. */
export function needsPageMap({ mapping, start, end }: Piece): boolean {
  const size = mapping.end - mapping.start;
  return end - start < size && mapping.rssBytes > 0 && mapping.rssBytes < size;
}

/**
 * Sums pieces by kind. A mapping's resident bytes are divided among its pieces by the page map where it was read, else by size; the last one gets what
 * is left, so the sum over all regions is the sum over all mappings, to the byte.
 */
export function sumRegions(pieces: readonly Piece[]): Region[] {
  const regions = new Map<RegionKind, { region: Region; members: Map<string, Region['largest'][number]> }>();
  for (let first = 0; first < pieces.length; ) {
    let end = first + 1;
    while (end < pieces.length && pieces[end]?.mapping === pieces[first]?.mapping) end++;
    const own = pieces.slice(first, end);
    const rss = divide(own, own[0]?.mapping.rssBytes ?? 0);
    const swap = divide(own, own[0]?.mapping.swapBytes ?? 0, false);
    own.forEach((piece, index) => {
      addPiece(regions, piece, rss[index] ?? 0, swap[index] ?? 0);
    });
    first = end;
  }
  return regionKinds.flatMap((kind) => {
    const found = regions.get(kind);
    if (!found) return [];
    const largest = [...found.members.values()].sort((a, b) => b.rssBytes - a.rssBytes || b.sizeBytes - a.sizeBytes);
    return [{ ...found.region, largest: largest.slice(0, largestCount) }];
  });
}

function divide(pieces: readonly Piece[], bytes: number, byPages = true): number[] {
  const known = byPages && pieces.every(({ presentBytes }) => presentBytes !== undefined);
  const weights = pieces.map((piece) => (known ? (piece.presentBytes ?? 0) : piece.end - piece.start));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let left = bytes;
  return weights.map((weight, index) => {
    const limit = (pieces[index]?.end ?? 0) - (pieces[index]?.start ?? 0);
    const share = total > 0 ? Math.floor((bytes * weight) / total) : 0;
    const part = index === weights.length - 1 ? left : Math.min(share, left, limit);
    left -= part;
    return part;
  });
}

function addPiece(
  regions: Map<RegionKind, { region: Region; members: Map<string, Region['largest'][number]> }>,
  { kind, name, start, end }: Piece,
  rssBytes: number,
  swapBytes: number,
): void {
  let found = regions.get(kind);
  if (!found) {
    found = { region: { kind, sizeBytes: 0, rssBytes: 0, swapBytes: 0, mappings: 0, largest: [] }, members: new Map() };
    regions.set(kind, found);
  }
  const { region, members } = found;
  region.sizeBytes += end - start;
  region.rssBytes += rssBytes;
  region.swapBytes += swapBytes;
  region.mappings += 1;
  if (name === '') return;
  const member = members.get(name) ?? { name, sizeBytes: 0, rssBytes: 0 };
  member.sizeBytes += end - start;
  member.rssBytes += rssBytes;
  members.set(name, member);
}
