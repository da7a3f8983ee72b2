import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { readForeignFile, readForeignFileSync } from '../../../src/process/foreign-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'offheap-foreign-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string) => join(folder, name);
writeFileSync(path('file'), 'text');

test('a file is read', async () => {
  expect((await readForeignFile(path('file'), 4)).toString()).toBe('text');
});

test('one that is too large, a link, a folder and a pipe are not, and nobody waits for the pipe', async () => {
  symlinkSync(path('file'), path('link'));
  execFileSync('mkfifo', [path('pipe')]);
  for (const [name, max] of [
    ['file', 3],
    ['link', 9],
    ['pipe', 9],
    ['.', 9],
  ] as const) {
    await expect(readForeignFile(path(name), max), name).rejects.toThrow();
    expect(() => readForeignFileSync(path(name), max), name).toThrow();
  }
  expect(readForeignFileSync(path('file'), 4)).toBe('text');
  expect(() => readForeignFileSync('/dev/zero', 9)).toThrow('expected a file');
});

test('one that grows and is cut while it is read: never more than was allowed', async () => {
  const maxBytes = 4096;
  writeFileSync(path('changing'), '');
  let isOver = false;
  const change = async () => {
    for (let round = 0; !isOver; round++) {
      truncateSync(path('changing'), [0, maxBytes, 64 * maxBytes][round % 3]);
      await setImmediate();
    }
  };
  const changing = change();
  const lengths = new Set<number>();
  for (let attempt = 0; attempt < 2000; attempt++) {
    const content = await readForeignFile(path('changing'), maxBytes).catch(() => undefined);
    if (content) lengths.add(content.length);
  }
  isOver = true;
  await changing;
  expect(Math.max(...lengths)).toBe(maxBytes);
});
