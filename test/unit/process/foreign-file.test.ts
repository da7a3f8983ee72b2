import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readForeignFile } from '../../../src/process/foreign-file.ts';

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
  }
});
