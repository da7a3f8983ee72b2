import { expect, test } from 'vitest';
import type { Holder } from '../../../src/model/owners.ts';
import { holderPath, mainRoot, nearestField } from '../../../src/stats/holder-path.ts';

const holder = (level: number, kind: Holder['kind'], name: string, heldObjects: number): Holder => ({
  ...{ level, kind, name, objects: 1, heldObjects },
});

test('a static field that holds one of many is passed by, and the way goes on to what holds most', () => {
  const holders = [
    holder(1, 'phantom', 'Cleaner', 44),
    holder(1, 'strong', 'PoolChunk', 41),
    holder(1, 'static', 'EmptyByteBuf', 1),
    holder(2, 'strong', 'PoolChunkList', 2),
    holder(3, 'static', 'Pool', 1),
  ];
  expect(holderPath({ holders }).map(({ name }) => name)).toEqual(['PoolChunk', 'PoolChunkList', 'Pool']);
  expect(mainRoot({ holders })?.name).toBe('Pool');
});

test('what holds about as many as others do is a root', () => {
  const holders = [holder(1, 'strong', 'Object[]', 40), holder(1, 'static', 'Cache', 20), holder(2, 'static', 'Other', 1)];
  expect(mainRoot({ holders })?.name).toBe('Cache');
});

test('without a static field the way ends at what is outside of the heap', () => {
  const holders = [holder(1, 'strong', 'Object[]', 40), holder(0, 'thread', 'main', 1)];
  expect(holderPath({ holders }).map(({ name }) => name)).toEqual(['Object[]', 'main']);
  expect(mainRoot({ holders })?.name).toBe('main');
});

test('of what only references of java.lang.ref lead to there is no root', () => {
  const holders = [holder(1, 'strong', 'Inflater', 40), holder(2, 'final', 'Finalizer', 40)];
  expect(holderPath({ holders }).map(({ name }) => name)).toEqual(['Inflater', 'Finalizer']);
  expect(mainRoot({ holders })).toBeUndefined();
  expect(mainRoot({ holders: [] })).toBeUndefined();
});

test('where next to nothing holds a level the way ends: the rest is garbage', () => {
  const many = { ...holder(1, 'strong', 'Stream', 32_000), objects: 32_000 };
  expect(holderPath({ holders: [many, holder(2, 'strong', 'Object[]', 159)] }).map(({ name }) => name)).toEqual(['Stream']);
  expect(holderPath({ holders: [many, holder(2, 'strong', 'Object[]', 160)] }).map(({ name }) => name)).toEqual([
    'Stream',
    'Object[]',
  ]);
});

test('a way that was followed to its end is told as it is', () => {
  const way = [holder(1, 'strong', 'Node', 7), holder(0, 'thread', 'main', 1)];
  const held = { way, holders: [holder(1, 'static', 'Cache', 7)] };
  expect(holderPath(held)).toEqual(way);
  expect(mainRoot(held)?.name).toBe('main');
});

test('the nearest field of somebody’s own is past the library’s and the JDK’s', () => {
  const step = (name: string, field?: string): Holder => ({ ...holder(1, 'strong', name, 7), ...(field ? { field } : {}) });
  const way = [
    step('org.rocksdb.Pair', 'first'),
    step('java.util.HashMap$Node', 'value'),
    step('app.Page[]'),
    step('app.Page', 'cursors'),
  ];
  const root: Holder = { ...holder(5, 'static', 'web.Server', 1), field: 'ALL' };
  expect(nearestField('org.rocksdb.RocksIterator', { way: [...way, root] })).toMatchObject({ name: 'app.Page', field: 'cursors' });
  expect(nearestField('org.rocksdb.RocksIterator', { way: [root] })).toBeUndefined();
  expect(nearestField('org.rocksdb.RocksIterator', {})).toBeUndefined();
});
