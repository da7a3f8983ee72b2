import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { root } from '../cli/offheap.ts';

test('docs/article.md and its charts are what the raw results in the repository give', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'offheap-article-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await execa({ cwd: root })`node article/run.mjs --report --output=${folder}`;
  const docs = join(root, 'docs');
  const charts = await readdir(join(docs, 'article'));
  expect(charts.sort()).toEqual(['allocators.svg', 'curves.svg', 'versions.svg']);
  for (const file of ['article.md', ...charts.map((name) => join('article', name))])
    expect(await readFile(join(folder, file), 'utf8'), file).toBe(await readFile(join(docs, file), 'utf8'));
});
