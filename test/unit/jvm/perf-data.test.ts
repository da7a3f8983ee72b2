import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { readPerfData } from '../../../src/jvm/perf-data.ts';

const base = mkdtempSync(join(tmpdir(), 'offheap-perf-data-'));
const folder = join(base, 'hsperfdata_somebody');
const file = join(folder, '7');
const mebibyte = 1024 ** 2;
mkdirSync(folder);
afterAll(() => rmSync(base, { recursive: true }));
beforeEach(() => rmSync(file, { force: true }));

/** Header of a file whose JVM has finished it, with one counter: java.a = 5. */
function perfData(): Buffer {
  const content = Buffer.alloc(32 + 40);
  content.writeUInt32BE(0xcafec0c0, 0);
  content.set([1, 2, 0, 1], 4);
  content.writeUInt32LE(32, 24);
  content.writeUInt32LE(1, 28);
  content.writeUInt32LE(40, 32);
  content.writeUInt32LE(20, 36);
  content.write('J', 44);
  content.writeUInt32LE(32, 48);
  content.write('java.a', 52);
  content.writeBigInt64LE(5n, 64);
  return content;
}

const read = () => readPerfData(process.pid, ['/lib/libc.so.6', file]);
const told = new Map([['java.a', '5']]);

test('the counters, of a file of the largest size that a JVM makes too', async () => {
  writeFileSync(file, perfData());
  expect(await read()).toEqual(told);
  truncateSync(file, 2 * mebibyte);
  expect(await read()).toEqual(told);
});

test('a larger file, a link, a pipe, a folder: nothing is told, and nobody waits', async () => {
  writeFileSync(file, perfData());
  truncateSync(file, 2 * mebibyte + 1);
  expect(await read()).toBeUndefined();
  rmSync(file);
  writeFileSync(join(base, 'another'), perfData());
  symlinkSync(join(base, 'another'), file);
  expect(await read()).toBeUndefined();
  rmSync(file);
  execFileSync('mkfifo', [file]);
  expect(await read()).toBeUndefined();
  rmSync(file);
  mkdirSync(file);
  expect(await read()).toBeUndefined();
  rmSync(file, { recursive: true });
  expect(await read()).toBeUndefined();
});

test('as many entries as there is room for: no list of arguments that is too long', async () => {
  const content = perfData();
  const entry = content.subarray(32);
  content.writeUInt32LE(0xffffffff, 28);
  const count = Math.floor((2 * mebibyte - 32) / entry.length);
  writeFileSync(file, Buffer.concat([content.subarray(0, 32), ...Array<Buffer>(count).fill(entry)]));
  expect(await read()).toEqual(told);
});
