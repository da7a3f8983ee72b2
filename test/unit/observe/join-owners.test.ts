import { expect, test } from 'vitest';
import type { Owner } from '../../../src/model/owners.ts';
import { joinOwners } from '../../../src/observe/join-owners.ts';

const owner = (kind: Owner['kind'], name: string, bytes: number, more: Partial<Owner> = {}): Owner => ({
  kind,
  name,
  directBlocks: 1,
  directBytes: 32,
  blocks: 2,
  bytes,
  share: 0.1,
  ...more,
});

test('threads whose names differ by numbers are one', () => {
  const types = [{ name: 'A', blocks: 1, bytes: 32 }];
  const joined = joinOwners([
    owner('thread', 'pool-1', 100, { types }),
    owner('thread', 'pool-2', 50, { types }),
    owner('library', 'pool-1', 120),
  ]);
  expect(joined).toMatchObject([
    { kind: 'thread', name: 'pool-N', threads: 2, blocks: 4, bytes: 150, types: [{ name: 'A', blocks: 2, bytes: 64 }] },
    { kind: 'library', name: 'pool-1', bytes: 120 },
  ]);
});

test('classes of one name are one, with their loaders, objects and fields', () => {
  const fields = [{ name: 'handle', objects: 3 }];
  const [first, second] = joinOwners([
    owner('nobody', 'nobody', 900),
    owner('java', 'Plugin', 40, { objects: 3, fields }),
    owner('java', 'Plugin', 60, { objects: 3, fields, sharedBlocks: 1 }),
  ]);
  expect(first).toMatchObject({
    name: 'Plugin',
    loaders: 2,
    objects: 6,
    bytes: 100,
    sharedBlocks: 1,
    fields: [{ name: 'handle', objects: 6 }],
  });
  expect(first).not.toHaveProperty('threads');
  expect(second).toMatchObject({ kind: 'nobody' });
});

test('what is alone stays as it is', () => {
  const alone = [owner('java', 'A', 2), owner('thread', 'main', 1)];
  expect(joinOwners(alone)).toEqual(alone);
});
