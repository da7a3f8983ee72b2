import { expect, test } from 'vitest';
import { OffheapError } from '../../../src/model/errors.ts';
import { call, callWithText, functionNames } from './parsers.ts';
import { pieces, worstTexts } from './worst-texts.ts';

const kiB = 1024;
const growth = 4;
const smallBytes = 4 * kiB;
const largeBytes = growth * smallBytes;
const mebibyte = 1024 * kiB;
/** Processor time, in ms: below it nothing is compared. A pattern that is quadratic takes 16 times as long for 4 times the text. */
const negligibleMs = 30;
const toleratedGrowth = 2.5 * growth;
/** For the worst megabyte, on the slowest machine: the slowest parser takes a tenth of it. A quadratic pattern takes a minute. */
const mostMs = 5000;

/** Functions that take no text, with the largest that they may be given. */
const countersOf = (bytes: number) =>
  new Map([
    ['sun.os.hrt.frequency', '1'],
    ...Array.from({ length: bytes / 40 }, (_, index) => [`sun.gc.collector.${index}.invocations`, '1'] as const),
  ]);
const spacesOf = (bytes: number) =>
  new Map(Array.from({ length: bytes / 40 }, (_, index) => [`sun.gc.generation.0.space.${index}.used`, '1'] as const));
const rangesOf = (bytes: number) => Array.from({ length: bytes / 16 }, (_, index) => ({ start: index * 2, end: index * 2 + 1 }));
const perfDataOf = (bytes: number, entryBytes: number) => {
  const file = Buffer.alloc(bytes);
  file.writeUInt32BE(0xcafec0c0, 0);
  file.set([1, 2, 0, 1], 4);
  file.writeUInt32LE(32, 24);
  file.writeUInt32LE(0xffffffff, 28);
  for (let at = 32; at + entryBytes <= bytes; at += entryBytes) {
    file.writeUInt32LE(entryBytes, at);
    file.writeUInt32LE(entryBytes, at + 8);
    file.write('B', at + 12);
  }
  return file;
};
const elfOf = (bytes: number) => {
  const file = Buffer.alloc(bytes);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
  file.writeBigUInt64LE(64n, 0x28);
  file.writeUInt16LE(64, 0x3a);
  file.writeUInt16LE(1024, 0x3c);
  return file;
};
/** Sections of symbols and of names that are all of the file: each symbol has the longest name. */
const libraryOf = (bytes: number) => {
  const file = elfOf(bytes);
  file.fill(0x41, 1024);
  file.writeUInt16LE(3, 0x10);
  file.writeUInt16LE(3, 0x3c);
  file.writeUInt16LE(2, 0x3e);
  for (const [at, name, start] of [
    [0, 0, 1024],
    [1, 9, 1024],
    [2, 0, 512],
  ] as const) {
    file.writeUInt32LE(name, 64 + at * 64);
    file.writeBigUInt64LE(BigInt(start), 64 + at * 64 + 0x18);
    file.writeBigUInt64LE(BigInt(at === 2 ? 64 : bytes - 1024), 64 + at * 64 + 0x20);
  }
  file.write('.dynsym\0\0.dynstr\0', 512);
  return file;
};
const flagsOf = (bytes: number, name: string) => [rangesOf(bytes).map(() => `-XX:${name}=`), [`-XX:${name}=${'1'.repeat(bytes)}`]];
const others: Record<string, (bytes: number) => (() => unknown)[]> = {
  parsePerfData: (bytes) => [20, 24, 4096].map((entryBytes) => () => call('parsePerfData', perfDataOf(bytes, entryBytes))),
  findElfSection: (bytes) => [
    () => call('findElfSection', (offset: number, length: number) => elfOf(bytes).subarray(offset, offset + length), '.text'),
  ],
  readSharedLibrary: (bytes) => [
    () => call('readSharedLibrary', (offset: number, length: number) => libraryOf(bytes).subarray(offset, offset + length)),
  ],
  latin1: (bytes) => [() => call('latin1', Buffer.alloc(bytes, 1))],
  isPrintable: (bytes) => [() => Array.from(Buffer.alloc(bytes, 1), (byte) => call('isPrintable', byte))],
  textOf: (bytes) => [1, 65].map((byte) => () => call('textOf', Buffer.alloc(bytes, byte))),
  toHex: (bytes) => [() => call('toHex', Buffer.alloc(bytes, 1))],
  parsePageSize: (bytes) => [() => call('parsePageSize', Buffer.alloc(bytes, 1))],
  parseClassCounters: (bytes) => [() => call('parseClassCounters', countersOf(bytes))],
  parseCollections: (bytes) => [() => call('parseCollections', countersOf(bytes))],
  heapOfCounters: (bytes) => [
    () =>
      call(
        'heapOfCounters',
        new Map(rangesOf(bytes).flatMap(({ start }) => [[`sun.gc.generation.${start}.space.${start}.used`, '1']])),
      ),
  ],
  maxHeapBytesOf: (bytes) => flagsOf(bytes, 'MaxHeapSize').map((flags) => () => call('maxHeapBytesOf', flags)),
  numberOfFlag: (bytes) => flagsOf(bytes, 'MaxNodeLimit').map((flags) => () => call('numberOfFlag', flags, 'MaxNodeLimit')),
  compilesOfCounters: (bytes) => [
    () =>
      call('compilesOfCounters', new Map(rangesOf(bytes).map(({ start }) => [`sun.ci.compilerThread.${start}.method`, 'a/b c']))),
  ],
  parseCoreCounters: (bytes) => [
    () => call('parseCoreCounters', spacesOf(bytes)),
    () => call('parseCoreCounters', new Map([['java.property.java.vm.version', '1.'.repeat(bytes / 2)]])),
    () => call('parseCoreCounters', new Map([['java.rt.vmArgs', ' '.repeat(bytes)]])),
  ],
  parseInitialStack: (bytes) =>
    ['\0', 'a\0', 'java\0', 'A=\0', 'a'].map(
      (piece) => () => call('parseInitialStack', Buffer.from(piece.repeat(bytes / piece.length)), 'java -jar a'),
    ),
  survivedBytesOf: (bytes) => [() => call('survivedBytesOf', spacesOf(bytes))],
  joinRanges: (bytes) => [() => call('joinRanges', rangesOf(bytes)), () => call('joinRanges', rangesOf(bytes).reverse())],
  parseAddress: (bytes) => ['1', 'f', ' '].map((digit) => () => call('parseAddress', `0x${digit.repeat(bytes)}`)),
  mountOf: (bytes) => [
    () =>
      call(
        'mountOf',
        '/a'.repeat(bytes / 4),
        rangesOf(bytes / 4).map(() => ({ folder: '/a' })),
      ),
  ],
  isMappedByJvm: (bytes) => [
    () =>
      call(
        'isMappedByJvm',
        rangesOf(bytes).map(() => '/a'),
      ),
  ],
  isMappedByOpenJ9: (bytes) => [
    () =>
      call(
        'isMappedByOpenJ9',
        rangesOf(bytes).map(() => '/libj9vm'),
      ),
  ],
  libcOfFiles: (bytes) =>
    ['/a', '/libc.so', '/ld-musl-'].map(
      (file) => () =>
        call(
          'libcOfFiles',
          rangesOf(bytes).map(() => file),
        ),
    ),
  linesOf: (bytes) =>
    ['\n', 'a', 'a\n'].map((text) => () => [...(call('linesOf', text.repeat(bytes / text.length)) as Iterable<string>)]),
  matchLine: (bytes) => [() => call('matchLine', '\n'.repeat(bytes), /^a/)],
  matchLines: (bytes) => [() => [...(call('matchLines', '\n'.repeat(bytes), /^/) as Iterable<unknown>)]],
};

/** What a function is given, by size. */
function casesOf(name: string, bytes: number): { name: string; run: () => unknown }[] {
  const other = others[name];
  if (other) return other(bytes).map((run, index) => ({ name: `${name} ${index}`, run }));
  return worstTexts(pieces[name] ?? {}, bytes).map(({ name: of, text }) => ({ name: of, run: () => callWithText(name, text) }));
}

/** In the time of this process, which no other one lengthens. */
function processorMs(run: () => unknown): number {
  const before = process.cpuUsage();
  try {
    run();
  } catch (error) {
    if (!(error instanceof OffheapError)) throw error;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const best = (run: () => unknown) => Math.min(...Array.from({ length: 3 }, () => processorMs(run)));

test('every function of src/parse has a worst case, and every worst case a function', () => {
  expect([...Object.keys(pieces), ...Object.keys(others)].sort()).toEqual(functionNames);
});

test.each(functionNames)('%s takes time that grows with the text, and little for its worst megabyte', (name) => {
  const small = casesOf(name, smallBytes);
  let slowest = { ms: 0, index: 0 };
  for (const [index, { name: of, run }] of casesOf(name, largeBytes).entries()) {
    const ms = processorMs(run);
    if (ms > slowest.ms) slowest = { ms, index };
    if (ms <= negligibleMs) continue;
    const smallMs = best(small[index]?.run ?? run);
    expect(best(run), of).toBeLessThan(Math.max(negligibleMs, toleratedGrowth * smallMs));
  }
  const worst = casesOf(name, mebibyte)[slowest.index];
  expect(worst && processorMs(worst.run), worst?.name).toBeLessThan(mostMs);
});
