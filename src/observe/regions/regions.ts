import type { Region } from '../../model/doctor.ts';
import { type RegionKind, regionKinds } from '../../model/region-kinds.ts';
import type { Mapping } from '../../parse/smaps.ts';
import { classifyMapping, type MappingContext } from './classify.ts';
import type { HugeShare } from './huge.ts';
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
  /** Of a mapping with huge pages: what of them lies in this piece, where they were looked for. */
  huge?: HugeShare;
}

/** Cuts mappings where known ranges begin and end: the pieces of one after those of the other. Both are sorted, so one pass does it, however many there are. */
export function* cutMappings(
  mappings: readonly Mapping[],
  ranges: readonly KnownRange[],
  { allocator, memoryDevices }: Pick<MappingContext, 'allocator' | 'memoryDevices'>,
): Generator<Piece[]> {
  const context: MappingContext = { allocator, memoryDevices, previous: undefined, programs: programsOf(mappings) };
  let next = 0;
  for (const mapping of mappings) {
    while (next < ranges.length && (ranges[next]?.end ?? 0) <= mapping.start) next++;
    yield cutOne(mapping, ranges, next, classifyMapping(mapping, context));
    context.previous = mapping;
  }
}

function cutOne(mapping: Mapping, ranges: readonly KnownRange[], first: number, own: Pick<Piece, 'kind' | 'name'>): Piece[] {
  const pieces: Piece[] = [];
  let start = mapping.start;
  // Anonymous memory is named after the library below it only as that library's data.
  const ownName = mapping.path === '' ? '' : own.name;
  const add = (end: number, { kind, name }: Pick<Piece, 'kind' | 'name'>) => {
    if (end <= start) return;
    pieces.push({ mapping, start, end, kind, name });
    start = end;
  };
  for (let index = first; index < ranges.length; index++) {
    const range = ranges[index];
    if (!range || range.start >= mapping.end) break;
    add(range.start, own);
    add(Math.min(range.end, mapping.end), { kind: range.kind, name: range.name ?? ownName });
  }
  add(mapping.end, own);
  return pieces;
}

/** Files of which a part is executable: their other parts are the same program's data. */
function programsOf(mappings: readonly Mapping[]): ReadonlySet<string> {
  const programs = new Set<string>();
  for (const { perms, path } of mappings) if (perms[2] === 'x' && path.startsWith('/')) programs.add(path);
  return programs;
}

/** Whether the page map must tell how a piece's mapping divides: it is neither wholly resident nor wholly absent, and has other pieces. */
export function needsPageMap({ mapping, start, end }: Piece): boolean {
  const size = mapping.end - mapping.start;
  return end - start < size && mapping.rssBytes > 0 && mapping.rssBytes < size;
}

interface KindSum {
  region: Region;
  hugeBytes: number;
  sampledPages: number;
  zeroPages: number;
  members: Map<string, Region['largest'][number]>;
}

/**
 * Sums pieces by kind. A mapping's resident bytes are divided among its pieces by the page map where it was read, else by size; the last one gets what
 * is left, so the sum over all regions is the sum over all mappings, to the byte.
 */
export class RegionSums {
  readonly #sums = new Map<RegionKind, KindSum>();

  /** All pieces of one mapping. */
  add(pieces: readonly Piece[]): void {
    const mapping = pieces[0]?.mapping;
    if (!mapping) return;
    const rss = divide(pieces, mapping.rssBytes);
    const swap = divide(pieces, mapping.swapBytes, sizeOf);
    const huge = divide(pieces, mapping.hugeBytes, ({ huge: own }) => own?.bytes);
    pieces.forEach((piece, index) => {
      this.#addPiece(piece, { rssBytes: rss[index] ?? 0, swapBytes: swap[index] ?? 0, hugeBytes: huge[index] ?? 0 });
    });
  }

  regions(): Region[] {
    return regionKinds.flatMap((kind) => {
      const found = this.#sums.get(kind);
      if (!found) return [];
      const largest = [...found.members.values()].sort((a, b) => b.rssBytes - a.rssBytes || b.sizeBytes - a.sizeBytes);
      return [{ ...found.region, ...hugeOf(found), largest: largest.slice(0, largestCount) }];
    });
  }

  #addPiece({ kind, name, start, end, huge }: Piece, { rssBytes, swapBytes, hugeBytes }: PieceBytes): void {
    let found = this.#sums.get(kind);
    if (!found) {
      found = newSum(kind);
      this.#sums.set(kind, found);
    }
    found.hugeBytes += hugeBytes;
    found.sampledPages += huge?.sampledPages ?? 0;
    found.zeroPages += huge?.zeroPages ?? 0;
    const { region, members } = found;
    region.sizeBytes += end - start;
    region.rssBytes += rssBytes;
    region.swapBytes += swapBytes;
    region.mappings += 1;
    if (kind === 'thread stacks' && rssBytes > (region.deepest?.rssBytes ?? 0))
      region.deepest = { sizeBytes: end - start, rssBytes };
    if (name === '') return;
    const member = members.get(name) ?? { name, sizeBytes: 0, rssBytes: 0 };
    member.sizeBytes += end - start;
    member.rssBytes += rssBytes;
    members.set(name, member);
  }
}

type PieceBytes = Record<'rssBytes' | 'swapBytes' | 'hugeBytes', number>;

function newSum(kind: RegionKind): KindSum {
  const region = { kind, sizeBytes: 0, rssBytes: 0, swapBytes: 0, mappings: 0, largest: [] };
  return { region, hugeBytes: 0, sampledPages: 0, zeroPages: 0, members: new Map() };
}

/** The sample is spread over all huge pages alike, so what is true of a kind's part of it is true of the kind. */
function hugeOf({ hugeBytes, sampledPages, zeroPages }: KindSum): Pick<Region, 'hugeBytes' | 'zeroHugeBytes'> {
  if (hugeBytes === 0) return {};
  return { hugeBytes, ...(sampledPages > 0 ? { zeroHugeBytes: Math.round((hugeBytes * zeroPages) / sampledPages) } : {}) };
}

function sizeOf({ start, end }: Piece): number {
  return end - start;
}

/** In proportion to what `weigh` tells of each, and to their sizes where it does not tell of all. */
function divide(
  pieces: readonly Piece[],
  bytes: number,
  weigh: (piece: Piece) => number | undefined = ({ presentBytes }) => presentBytes,
): number[] {
  if (pieces.length === 1) return [bytes];
  const known = pieces.every((piece) => weigh(piece) !== undefined);
  const weights = pieces.map((piece) => (known ? (weigh(piece) ?? 0) : sizeOf(piece)));
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
