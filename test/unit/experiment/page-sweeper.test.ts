import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sweep } from '../../../src/experiment/page-sweeper.ts';

test('pages of processes that have ended are removed, and nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'offheap-sweep-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const ended = spawnSync('true').pid;
  const kept = [
    `${process.pid}-0.counters`,
    `${process.pid}-1.counters`,
    `${ended}-0.counters.txt`,
    'libmeter.so',
    `${ended}.counters`,
  ];
  for (const name of [...kept, `${ended}-0.counters`, `${ended}-12.counters`]) await writeFile(join(folder, name), '');
  expect(await sweep(folder)).toBe(2);
  expect((await readdir(folder)).sort()).toEqual(kept.sort());
  expect(await sweep(folder)).toBe(0);
  expect(await sweep(join(folder, 'none'))).toBe(0);
});
