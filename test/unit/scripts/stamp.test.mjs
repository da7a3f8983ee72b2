import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildWhenChanged } from '../../../scripts/lib/stamp.mjs';

let folder;
let builds = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offheap-stamp-'));
  builds = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What a checkout with such a source has built. */
function build(checkout, source, { extra = [] } = {}) {
  const root = join(folder, checkout);
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'source'), source);
  buildWhenChanged({
    ...{ root, name: 'upper', inputs: ['source'], extra, outputs: ['made/upper', 'made/lower'], store: join(folder, 'store') },
    build: () => {
      builds++;
      mkdirSync(join(root, 'made'), { recursive: true });
      writeFileSync(join(root, 'made', 'upper'), source.toUpperCase());
      writeFileSync(join(root, 'made', 'lower'), source.toLowerCase());
    },
  });
  return ['upper', 'lower'].map((name) => readFileSync(join(root, 'made', name), 'utf8'));
}

test('it is built once, and what is missing is made again', () => {
  expect([build('a', 'One'), build('a', 'One'), builds]).toEqual([['ONE', 'one'], ['ONE', 'one'], 1]);
  rmSync(join(folder, 'a', 'made', 'lower'));
  rmSync(join(folder, 'store'), { recursive: true });
  expect([build('a', 'One'), builds]).toEqual([['ONE', 'one'], 2]);
});

test('another checkout takes what was built from the same, and from nothing else', () => {
  build('a', 'One');
  expect([build('b', 'One'), builds]).toEqual([['ONE', 'one'], 1]);
  expect([build('b', 'Two'), builds]).toEqual([['TWO', 'two'], 2]);
  expect([build('c', 'One', { extra: ['another compiler'] }), builds]).toEqual([['ONE', 'one'], 3]);
  expect(existsSync(join(folder, 'b', 'made', 'upper.new'))).toBe(false);
});

test('eight of them are kept', () => {
  for (let number = 0; number < 11; number++) build('a', `source ${number}`);
  expect(readdirSync(join(folder, 'store'))).toHaveLength(8);
});
