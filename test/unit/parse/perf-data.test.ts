import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePerfData } from '../../../src/parse/perf-data.ts';

/** A file as perfMemory.hpp lays it out, little endian. */
function perfData(entries: { name: string; value: bigint | string }[], accessible = 1): Buffer {
  const parts = entries.map(({ name, value }) => {
    const data = 20 + 24;
    const entry = Buffer.alloc(data + 16);
    entry.writeUInt32LE(entry.length, 0);
    entry.writeUInt32LE(20, 4);
    entry.writeUInt32LE(typeof value === 'string' ? 16 : 0, 8);
    entry.write(typeof value === 'string' ? 'B' : 'J', 12);
    entry.writeUInt32LE(data, 16);
    entry.write(name, 20);
    if (typeof value === 'string') entry.write(value, data);
    else entry.writeBigInt64LE(value, data);
    return entry;
  });
  const prologue = Buffer.alloc(32);
  prologue.writeUInt32BE(0xcafec0c0, 0);
  prologue.set([1, 2, 0, accessible], 4);
  prologue.writeUInt32LE(32, 24);
  prologue.writeUInt32LE(entries.length, 28);
  return Buffer.concat([prologue, ...parts]);
}

test('numbers and texts by name', () => {
  const file = perfData([
    { name: 'sun.gc.cause', value: 'No GC' },
    { name: 'java.threads.live', value: 12n },
  ]);
  expect(parsePerfData(file)).toEqual(
    new Map([
      ['sun.gc.cause', 'No GC'],
      ['java.threads.live', '12'],
    ]),
  );
});

test('a file that the JVM has not finished, or that is another', () => {
  expect(parsePerfData(perfData([], 0))).toBeUndefined();
  expect(parsePerfData(Buffer.alloc(64))).toBeUndefined();
});

test('whatever is damaged, nothing is read from beyond the file and no loop has no end', () => {
  const whole = perfData([
    { name: 'a', value: 1n },
    { name: 'b', value: 'x' },
  ]);
  fc.assert(
    fc.property(fc.nat(whole.length - 9), fc.nat(255), fc.nat(whole.length), (at, byte, length) => {
      const damaged = Buffer.from(whole.subarray(0, length));
      if (at + 8 < damaged.length) damaged[at + 8] = byte;
      expect(parsePerfData(damaged)?.size ?? 0).toBeLessThanOrEqual(2);
    }),
  );
});
