import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ErrorCode, OffheapError } from '../../src/model/errors.ts';
import { loadBinding } from '../../src/native/binding.ts';
import { openCounters } from '../../src/native/counters.ts';
import { compile, library } from './preloaded.ts';

// Offsets of native/shared/counter_page.h, version 5. Written out here on purpose: a change of layout has to fail this test.
const offsets = {
  version: 8,
  headerBytes: 12,
  pageBytes: 16,
  slotCount: 24,
  slotBytes: 28,
  cellCount: 32,
  ready: 36,
  pid: 40,
  flags: 44,
  createdTicks: 48,
  createdUnixMs: 56,
  writer: 64,
  foldsBegun: 96,
  slotLimit: 112,
};
const headerBytes = 128;

let folder: string;
let genuine: Buffer;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'offheap-pages-'));
  const child = spawnSync(compile('threads'), { env: { ...process.env, LD_PRELOAD: library, OFFHEAP_COUNTERS_DIR: folder } });
  genuine = readFileSync(join(folder, `${child.pid}-0.counters`));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function store(content: Uint8Array): string {
  const path = join(folder, 'page.counters');
  writeFileSync(path, content);
  return path;
}

function changed(change: (page: Buffer) => void): string {
  const page = Buffer.from(genuine);
  change(page);
  return store(page);
}

/** Reads all there is to read; the code of the error, or "ok". Anything that is no OffheapError fails the test. */
function attempt(path: string): ErrorCode | 'ok' {
  try {
    const reader = openCounters({ path });
    try {
      reader.read();
      reader.readThreads();
      reader.isWriterAlive();
    } finally {
      reader.close();
    }
    return 'ok';
  } catch (error) {
    if (!(error instanceof OffheapError)) throw error;
    expect(error.message).toMatch(/^Expected .*\.$/s);
    return error.code;
  }
}

describe('one thing wrong', () => {
  test('nothing wrong', () => {
    expect(attempt(store(genuine))).toBe('ok');
  });

  test.each<[string, ErrorCode, (page: Buffer) => void]>([
    ['another magic number', 'COUNTERS_FOREIGN', (page) => page.fill(0x41, 0, 8)],
    ['a newer version', 'COUNTERS_VERSION', (page) => page.writeUInt32LE(page.readUInt32LE(offsets.version) + 1, offsets.version)],
    ['an older version', 'COUNTERS_VERSION', (page) => page.writeUInt32LE(page.readUInt32LE(offsets.version) - 1, offsets.version)],
    ['not ready', 'COUNTERS_NOT_READY', (page) => page.writeUInt32LE(0, offsets.ready)],
    ['all zero', 'COUNTERS_NOT_READY', (page) => page.fill(0)],
    ['an absurd ready flag', 'COUNTERS_INVALID', (page) => page.writeUInt32LE(7, offsets.ready)],
    ['another header size', 'COUNTERS_INVALID', (page) => page.writeUInt32LE(64, offsets.headerBytes)],
    ['another page size', 'COUNTERS_INVALID', (page) => page.writeBigUInt64LE(1n << 60n, offsets.pageBytes)],
    ['more slots than there is room for', 'COUNTERS_INVALID', (page) => page.writeUInt32LE(0xffff_ffff, offsets.slotCount)],
    ['another slot size', 'COUNTERS_INVALID', (page) => page.writeUInt32LE(0, offsets.slotBytes)],
    ['another cell count', 'COUNTERS_INVALID', (page) => page.writeUInt32LE(128, offsets.cellCount)],
    ['unknown flags', 'COUNTERS_INVALID', (page) => page.writeUInt32LE(2, offsets.flags)],
    ['more slots in use than there are', 'COUNTERS_INVALID', (page) => page.writeUInt32LE(4097, offsets.slotLimit)],
    ['a pid that is 0', 'COUNTERS_INVALID', (page) => page.writeInt32LE(0, offsets.pid)],
    ['a pid below 0', 'COUNTERS_INVALID', (page) => page.writeInt32LE(-1, offsets.pid)],
    ['a pid above the kernel’s largest', 'COUNTERS_INVALID', (page) => page.writeInt32LE(4_194_305, offsets.pid)],
    ['clock ticks beyond every uptime', 'COUNTERS_INVALID', (page) => page.writeBigUInt64LE(1n << 60n, offsets.createdTicks)],
    ['a date before 1970', 'COUNTERS_INVALID', (page) => page.writeBigInt64LE(-1n, offsets.createdUnixMs)],
    ['a date that is none', 'COUNTERS_INVALID', (page) => page.writeBigInt64LE(8_640_000_000_000_001n, offsets.createdUnixMs)],
    ['an unknown writer', 'COUNTERS_INVALID', (page) => page.write('metre\0', offsets.writer)],
    ['no writer', 'COUNTERS_INVALID', (page) => page.writeUInt8(0, offsets.writer)],
    ['a writer that drives the terminal', 'COUNTERS_INVALID', (page) => page.write('\x1b[2J', offsets.writer)],
    ['a cell beyond 2^53', 'COUNTERS_INVALID', (page) => page.writeBigInt64LE(1n << 54n, headerBytes)],
    ['a count far below nothing', 'COUNTERS_INVALID', (page) => page.writeBigInt64LE(-(1n << 40n), headerBytes)],
  ])('%s: %s', (_, code, change) => {
    expect(attempt(changed(change))).toBe(code);
  });

  test('the one flag that is defined: another malloc comes before the library’s', () => {
    const reader = openCounters({ path: changed((page) => page.writeUInt32LE(1, offsets.flags)) });
    expect(reader.info.isPreceded).toBe(true);
    reader.close();
  });

  test('a fold that never ended, because its process was killed in it: numbers that say so', () => {
    const path = changed((page) => page.writeBigUInt64LE(page.readBigUInt64LE(offsets.foldsBegun) + 1n, offsets.foldsBegun));
    const reader = openCounters({ path });
    expect(reader.read().settled).toBe(false);
    reader.close();
  });

  test.each<[string, ErrorCode, () => string]>([
    ['an empty file', 'COUNTERS_NOT_READY', () => store(Buffer.alloc(0))],
    ['a file shorter than a header', 'COUNTERS_TRUNCATED', () => store(genuine.subarray(0, 100))],
    ['a header alone', 'COUNTERS_TRUNCATED', () => store(genuine.subarray(0, headerBytes))],
    ['a page without its last byte', 'COUNTERS_TRUNCATED', () => store(genuine.subarray(0, -1))],
    ['no file', 'COUNTERS_NOT_FOUND', () => join(folder, 'nothing')],
    ['a folder', 'COUNTERS_FOREIGN', () => folder],
    ['a device', 'COUNTERS_FOREIGN', () => '/dev/zero'],
    ['a text', 'COUNTERS_FOREIGN', () => '/etc/passwd'],
  ])('%s: %s', (_, code, path) => {
    expect(attempt(path())).toBe(code);
  });

  test('a FIFO that nobody writes does not block', () => {
    const fifo = join(folder, 'fifo');
    expect(spawnSync('mkfifo', [fifo]).status).toBe(0);
    expect(attempt(fifo)).toBe('COUNTERS_FOREIGN');
  });

  test('a page that is longer than it says, and one behind a link, are as good', () => {
    expect(attempt(store(Buffer.concat([genuine, Buffer.alloc(5000)])))).toBe('ok');
    const link = join(folder, 'link');
    symlinkSync(store(genuine), link);
    expect(attempt(link)).toBe('ok');
  });
});

test('a peak below its level is as high as that', () => {
  const { fields } = loadBinding().counterPage;
  const cellOf = (name: string) => headerBytes + 8 * (fields.find((field) => field.name === name)?.firstCell ?? Number.NaN);
  const reader = openCounters({
    path: changed((page) => {
      page.writeBigInt64LE(1_999_993n, cellOf('live_requested_bytes'));
      page.writeBigInt64LE(-1_999_993n, cellOf('peak_live_requested_bytes'));
    }),
  });
  const { liveRequestedBytes, peakLiveRequestedBytes } = reader.read();
  expect(liveRequestedBytes).toBeGreaterThanOrEqual(1_999_993);
  expect(peakLiveRequestedBytes).toBe(liveRequestedBytes);
  reader.close();
});

test('every byte of the header that is turned over is refused, or is one of those that say nothing to check', () => {
  // Whether another malloc comes before, which pid, start and date, how folds stand, how many slots are in use, and what is reserved.
  const free = [
    [40, 42],
    [44, 45],
    [48, 54],
    [56, 62],
    [70, 112],
    [112, 128],
  ] as const;
  for (let at = 0; at < headerBytes; at++) {
    const code = attempt(changed((page) => page.writeUInt8(page.readUInt8(at) ^ 0xff, at)));
    const isFree = free.some(([from, to]) => at >= from && at < to);
    if (!isFree) expect({ at, code }).not.toEqual({ at, code: 'ok' });
  }
});

describe('anything wrong', { retry: 0 }, () => {
  test('random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void attempt(store(bytes))),
      { numRuns: 300 },
    );
  });

  test('a genuine page with random bytes in its header', () => {
    const edits = fc.array(fc.record({ at: fc.nat(headerBytes - 1), byte: fc.nat(255) }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(edits, (list) => {
        attempt(
          changed((page) => {
            for (const { at, byte } of list) page.writeUInt8(byte, at);
          }),
        );
      }),
      { numRuns: 150 },
    );
  });

  test('a genuine header before random bytes: numbers that no process has counted are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), (bytes) => {
        const code = attempt(changed((page) => page.fill(bytes, headerBytes)));
        expect(code).toBe(bytes.every((byte) => byte === 0) ? 'ok' : 'COUNTERS_INVALID');
      }),
      { numRuns: 20 },
    );
  });

  test('a page cut at random', () => {
    fc.assert(
      fc.property(fc.nat(genuine.length - 1), (length) => {
        expect(['COUNTERS_TRUNCATED', 'COUNTERS_NOT_READY']).toContain(attempt(store(genuine.subarray(0, length))));
      }),
      { numRuns: 50 },
    );
  });
});

describe('wrong while it is open', () => {
  test.each([0, 1, 4096, 8192])('cut to %i bytes: an error at every reading, and no crash', (length) => {
    const path = join(folder, 'cut.counters');
    copyFileSync(store(genuine), path);
    const reader = openCounters({ path });
    reader.read();
    truncateSync(path, length);
    const codes = [() => reader.read(), () => reader.readThreads(), () => reader.read()].map((read) => {
      try {
        read();
        return 'ok';
      } catch (error) {
        return error instanceof OffheapError ? error.code : error;
      }
    });
    // What is left of a page that was cut within its first page of memory reads as zeros there: not ready, or no magic number.
    for (const code of codes) expect(['COUNTERS_TRUNCATED', 'COUNTERS_INVALID']).toContain(code);
    reader.close();
  });

  test('cut and grown again: its zeros are not taken for counters', () => {
    const path = store(genuine);
    const reader = openCounters({ path });
    truncateSync(path, 0);
    truncateSync(path, genuine.length);
    expect(() => reader.read()).toThrow(expect.objectContaining({ code: 'COUNTERS_INVALID' }));
    reader.close();
  });

  test('a SIGBUS that is not the reader’s still ends the process', () => {
    const script = `
      require(${JSON.stringify(join(import.meta.dirname, '../../build/Release/offheap.node'))});
      process.kill(process.pid, 'SIGBUS');
      setTimeout(() => {}, 5000);`;
    expect(spawnSync(process.execPath, ['-e', script]).signal).toBe('SIGBUS');
  });
});
