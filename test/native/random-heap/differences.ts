import type { HeapInspection, HeapSizeRow } from '../../../src/model/inspection.ts';
import type { Trimmed, Truth } from './program.ts';
import type { Reading } from './reading.ts';

/** From this size on the inspector tells chunks by powers of two. */
const exactLimit = 128 * 1024;

/** What two of them say differently: the program and glibc, the reader, the inspector. */
export class Differences {
  readonly found: string[] = [];

  /** Figures that must be equal. */
  equal(what: string, expected: number, actual: number): void {
    this.atMost(what, expected, actual, 0);
  }

  atMost(what: string, expected: number, actual: number, tolerance: number): void {
    // A figure that is missing differs too.
    if (!(Math.abs(actual - expected) <= tolerance))
      this.found.push(`${what}: expected ${expected}, got ${actual} (${actual - expected})`);
  }
}

/** The reader against the program and malloc_info: what differs here is the reader's fault. */
export function compareReader(differences: Differences, truth: Truth, reading: Reading): void {
  const { info, live } = truth;
  const mapped = mappedOf(truth, reading);
  differences.equal('reader: arenas', info.arenas.length, reading.arenas.length);
  for (const [index, arena] of reading.arenas.entries()) {
    const inBins = arena.chunks.filter(({ isInUse }) => !isInUse);
    const tops = reading.layout.isTopInInfo ? [arena.top] : [];
    const inFastbins = arena.chunks.filter((chunk) => reading.fastbin.has(chunk));
    const where = `reader: arena ${index}`;
    differences.equal(`${where}, free chunks`, info.arenas[index]?.rest.count ?? 0, inBins.length + tops.length);
    differences.equal(`${where}, free bytes`, info.arenas[index]?.rest.bytes ?? 0, sum(inBins, ({ word }) => word) + bytesOf(tops));
    differences.equal(`${where}, fastbin chunks`, info.arenas[index]?.fast.count ?? 0, inFastbins.length);
    differences.equal(`${where}, fastbin bytes`, info.arenas[index]?.fast.bytes ?? 0, bytesOf(inFastbins));
    differences.equal(`${where}, bytes from the system`, info.arenas[index]?.systemBytes ?? 0, arena.systemBytes);
  }
  const held = countBy(reading.held, ({ bytes }) => bytes);
  for (const bytes of new Set([...live.keys(), ...held.keys()]))
    differences.equal(`reader: the program's chunks of ${bytes} bytes`, live.get(bytes) ?? 0, held.get(bytes) ?? 0);
  differences.equal('reader: chunks of nobody', 0, reading.unaccounted.length);
  differences.equal('reader: mmapped chunks', info.mappedChunks, mapped.chunks);
  if (reading.layout.isMappedSumRight) differences.equal('reader: mmapped bytes', info.mappedBytes, mapped.bytes);
}

/** The inspector against the reader and the program. */
export function compareInspector(differences: Differences, truth: Truth, reading: Reading, inspection: HeapInspection): void {
  const { totals, mmapped, arenas } = inspection;
  const mapped = mappedOf(truth, reading);
  const inUse = reading.chunks.filter(({ isInUse }) => isInUse);
  const free = [...reading.chunks.filter(({ isInUse }) => !isInUse), ...reading.arenas.map(({ top }) => top)];
  differences.equal('arenas', reading.arenas.length, arenas.length);
  differences.equal('liveChunks', inUse.length, totals.liveChunks);
  differences.equal('liveBytes', bytesOf(inUse), totals.liveBytes);
  differences.equal('freeChunks', free.length, totals.freeChunks);
  differences.equal('freeBytes', bytesOf(free), totals.freeBytes);
  const cached = [...reading.fastbin, ...reading.tcache];
  differences.equal('unknownBytes', bytesOf(cached), totals.unknownBytes);
  differences.equal('fastbinBytes', bytesOf([...reading.fastbin]), totals.fastbinBytes ?? Number.NaN);
  differences.equal('tcacheBytes', bytesOf([...reading.tcache]), totals.tcacheBytes ?? Number.NaN);
  differences.equal('unreadableBytes', 0, totals.unreadableBytes);
  differences.equal('mmapped.chunks', mapped.chunks, mmapped.chunks);
  differences.equal('mmapped.sizeBytes', mapped.bytes, mmapped.sizeBytes);
  differences.equal('mmapped.missingBytes', 0, mmapped.missingBytes ?? Number.NaN);
  compareSizes(differences, 'liveChunks', inUse, inspection.sizes ?? []);
  compareSizes(differences, 'cachedChunks', cached, inspection.sizes ?? []);
  compareSizes(differences, 'freeChunks', free, inspection.sizes ?? []);
  for (const { address, isMain, chunks, top } of reading.arenas) {
    const arena = arenas.find((each) => each.address === address);
    const freeOfArena = [top, ...chunks.filter(({ isInUse }) => !isInUse)];
    differences.equal(
      `freeBytes of ${isMain ? 'the main arena' : 'another arena'}`,
      bytesOf(freeOfArena),
      arena?.freeBytes ?? Number.NaN,
    );
  }
}

/** What the inspector says that malloc_trim gives back, and what it gave. */
export function compareTrim(differences: Differences, inspection: HeapInspection, { rssBytes, returnedBytes }: Trimmed): void {
  const { pageBytes, mainTopBytes } = inspection.totals.residentFree;
  const tolerance = Math.max(64 * 1024, rssBytes / 1000);
  differences.atMost('malloc_trim', returnedBytes, pageBytes + mainTopBytes, tolerance);
}

function compareSizes(
  differences: Differences,
  count: 'liveChunks' | 'cachedChunks' | 'freeChunks',
  chunks: readonly { bytes: number }[],
  rows: readonly HeapSizeRow[],
): void {
  const expected = countBy(chunks, ({ bytes }) => (bytes < exactLimit ? bytes : 2 ** Math.floor(Math.log2(bytes))));
  const actual = new Map(rows.map((row) => [row.chunkBytes, row[count] ?? Number.NaN]));
  for (const bytes of new Set([...expected.keys(), ...actual.keys()]))
    differences.equal(
      `${count} ${bytes < exactLimit ? 'of' : 'from'} ${bytes} bytes`,
      expected.get(bytes) ?? 0,
      actual.get(bytes) ?? 0,
    );
}

function mappedOf({ mapped }: Truth, { mappedInTcaches }: Reading): Truth['mapped'] {
  return { chunks: mapped.chunks + mappedInTcaches.size, bytes: mapped.bytes + bytesOf([...mappedInTcaches]) };
}

const sum = <Item>(items: readonly Item[], of: (item: Item) => number) => items.reduce((total, item) => total + of(item), 0);
const bytesOf = (chunks: readonly { bytes: number }[]) => sum(chunks, ({ bytes }) => bytes);

function countBy<Item>(items: readonly Item[], keyOf: (item: Item) => number): Map<number, number> {
  const counts = new Map<number, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}
