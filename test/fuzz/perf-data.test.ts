import fc from 'fast-check';
import { expect } from 'vitest';
import { parseCollections } from '../../src/parse/collections.ts';
import { parsePerfData } from '../../src/parse/perf-data.ts';
import { fuzz } from './fuzz.ts';

/** Lengths and offsets, within an entry and far beyond. */
const word = fc.oneof(fc.nat(80), fc.constantFrom(0, 20, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff));
const entry = fc.record({
  length: fc.oneof(fc.constant(undefined), word),
  nameOffset: fc.oneof(fc.constant(20), word),
  vectorLength: word,
  type: fc.constantFrom(...'JBZ'),
  dataOffset: word,
  name: fc.constantFrom('sun.gc.collector.0.name', 'sun.gc.collector.0.invocations', 'sun.os.hrt.frequency', '\0', '\xff\xfe'),
  value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
});
const file = fc.record({
  entries: fc.array(entry, { maxLength: 8 }),
  count: word,
  first: fc.oneof(fc.constant(32), word),
  cut: fc.nat(64),
});

const entryBytes = 64;

// A file that is jvmstat's by its first bytes, and may be wrong in all others: read to its end, no more counters than entries, and no number made up.
fuzz({ name: 'perf_data', runs: 3000 }, file, ({ entries, count, first, cut }) => {
  const bytes = Buffer.alloc(32 + entries.length * entryBytes);
  bytes.writeUInt32BE(0xcafec0c0, 0);
  bytes.set([1, 2, 0, 1], 4);
  bytes.writeUInt32LE(first, 24);
  bytes.writeUInt32LE(count, 28);
  for (const [index, { length, nameOffset, vectorLength, type, dataOffset, name, value }] of entries.entries()) {
    const at = 32 + index * entryBytes;
    bytes.writeUInt32LE(length ?? entryBytes, at);
    bytes.writeUInt32LE(nameOffset, at + 4);
    bytes.writeUInt32LE(vectorLength, at + 8);
    bytes.write(type, at + 12);
    bytes.writeUInt32LE(dataOffset, at + 16);
    bytes.write(`${name}\0`, at + 20, 'latin1');
    bytes.writeBigInt64LE(value, at + entryBytes - 8);
  }
  const counters = parsePerfData(bytes.subarray(0, bytes.length - Math.min(cut, bytes.length)));
  // An entry has 20 bytes at least, wherever the file says that they begin.
  if (counters) expect(counters.size).toBeLessThanOrEqual(bytes.length / 20);
  for (const text of counters?.values() ?? []) expect(text.length).toBeLessThanOrEqual(bytes.length);
  parseCollections(counters ?? new Map());
});
