import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readStart } from '../../../src/process/bounded-read.ts';
import { readProc, readProcSync } from '../../../src/process/proc-file.ts';

function fileOf(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'offheap-proc-file-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'file'), content);
  return join(folder, 'file');
}

test('a file of /proc, whose size nobody tells', async () => {
  expect(await readProc('self', 'maps')).toMatch(/^[\da-f]+-[\da-f]+ r/);
  expect(readProcSync('self', 'stat')).toContain(`${process.pid} (`);
});

test.each([
  ['shorter than the bound', 200_003, { length: 200_003, isCut: false }],
  ['as long as the bound', 262_147, { length: 262_147, isCut: false }],
  ['longer by one', 262_148, { length: 262_147, isCut: true }],
])('%s', async (_, length, expected) => {
  const { text, isCut } = await readStart(fileOf('a'.repeat(length)), 262_147);
  expect({ length: text.length, isCut }).toEqual(expected);
});

test('a device that does not end', async () => {
  const { text, isCut } = await readStart('/dev/zero', 1_000_003);
  expect({ length: text.length, isCut }).toEqual({ length: 1_000_003, isCut: true });
});

test('the error of the file system is the caller’s to explain', async () => {
  await expect(readProc(2 ** 22, 'maps')).rejects.toThrow(expect.objectContaining({ code: 'ENOENT' }));
  expect(() => readProcSync(2 ** 22, 'maps')).toThrow(expect.objectContaining({ code: 'ENOENT' }));
});
