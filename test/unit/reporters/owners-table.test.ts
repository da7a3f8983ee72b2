import { expect, test } from 'vitest';
import type { Owner, OwnersResult } from '../../../src/model/owners.ts';
import { renderOwnersTable } from '../../../src/reporters/owners-table.ts';
import { mib } from '../../fixtures/evidence.ts';
import { ownerOf, ownersResultOf } from '../../fixtures/owners.ts';

const render = (result: OwnersResult, top = 20) => renderOwnersTable(result, { color: false, width: 200, tableWidth: 200, top });
const nobody = (bytes: number, blocks = 3) => ownerOf({ kind: 'nobody', name: 'nobody', bytes, blocks });
const streams = {
  kind: 'java',
  name: 'java.util.zip.Inflater$InflaterZStreamRef',
  objects: 500,
  blocks: 900,
  bytes: mib(70),
} as const;

test('owners, the others together, nobody, and all blocks', () => {
  const small = ['a', 'b', 'c'].map((name) => ownerOf({ kind: 'thread', name, bytes: mib(0.05) }));
  const text = render(
    ownersResultOf([ownerOf(streams), ownerOf({ kind: 'jvm', name: 'JVM', bytes: mib(29), blocks: 103 }), ...small, nobody(0)]),
  );
  expect(text).toContain(
    'Process 4711 (java): 1,009 blocks of malloc in use have 100 MiB, resident or not; RSS is 300 MiB. Read in 0.4 s',
  );
  expect(text).toMatch(/│ java\.util\.zip\.Inflater\$InflaterZStreamRef +│ Java class │ +500 │ +900 │ +0\.0 │ +70 │ +70\.0 % │/);
  expect(text).toMatch(/│ 3 others +│/);
  expect(text).toMatch(/│ nobody: no pointer found +│/);
  expect(text).toMatch(/│ blocks in use +│ +│ +│ +1,009 │ +│ +100 │ 100\.0 % │/);
  expect(text).not.toContain('Nothing points to');
});

test('who holds the objects, and how many wait', () => {
  const holders = [
    { level: 1, kind: 'strong', name: 'java.util.zip.Inflater', field: 'zsRef', objects: 500, heldObjects: 500 },
    { level: 1, kind: 'phantom', name: 'Cleaner', field: 'action', objects: 500, heldObjects: 500 },
    { level: 2, kind: 'strong', name: 'java.lang.Object[]', objects: 1, heldObjects: 401 },
    { level: 3, kind: 'static', name: 'app.Cache', field: 'MAP', objects: 1, heldObjects: 1 },
  ] as const;
  const held = { objects: 500, heldObjects: 401, waitingObjects: 99, holders: [...holders] };
  const text = render(ownersResultOf([ownerOf({ ...streams, held }), nobody(0)]));
  expect(text).toContain('the program holds 401. The other 99 wait for the garbage collector: no static field');
  expect(text).toContain(
    '\n  ← java.util.zip.Inflater.zsRef (500)\n  ← java.lang.Object[] (1, of 401)\n  ← static app.Cache.MAP\n',
  );
  const few = { objects: 500, heldObjects: 495, waitingObjects: 5, holders: holders.slice(0, 2) };
  expect(render(ownersResultOf([ownerOf({ ...streams, held: few }), nobody(0)])).replaceAll('\n', ' ')).toContain(
    'the program holds 495. To the other 5 nothing was found to lead: they wait for the garbage collector, or a thread that runs has them in a register.',
  );
  const waiting = { objects: 500, heldObjects: 0, waitingObjects: 500, holders: holders.slice(0, 2) };
  expect(render(ownersResultOf([ownerOf({ ...streams, held: waiting }), nobody(0)]))).toContain('All 500 objects of');
  const undecided = { objects: 500, heldObjects: 4, waitingObjects: 494, undecidedObjects: 2, holders: holders.slice(0, 2) };
  expect(render(ownersResultOf([ownerOf({ ...streams, held: undecided }), nobody(0)])).replaceAll('\n', ' ')).toContain(
    'the program holds 4, and 494 wait for the garbage collector. The way up from the other 2 was not followed to its end:',
  );
});

test('garbage with which its blocks are lost, since nothing is there to free them', () => {
  const held = { objects: 500, heldObjects: 1, waitingObjects: 499, holders: [] };
  const text = render(ownersResultOf([ownerOf({ ...streams, name: 'org.rocksdb.RocksIterator', held }), nobody(0)])).replaceAll(
    '\n',
    ' ',
  );
  expect(text).toContain('No Cleaner or finalizer does either, so their blocks are lost with them');
  expect(render(ownersResultOf([ownerOf({ ...streams, held }), nobody(0)]))).not.toContain('are lost with them');
});

test('blocks of nobody are lost where all was read, and may be somebody’s where it was not', () => {
  const sizes = [{ chunkBytes: 1040, blocks: 1009, example: 0x7f00_1234 }];
  const unowned = { firstBlocks: 1009, firstBytes: mib(1), sizes };
  const lost = ownersResultOf([ownerOf(streams), nobody(mib(1), 1009)], { unowned });
  expect(render(lost)).toContain('Nothing points to 1,009 blocks, 1.0 MiB: they are lost, unless');
  expect(render(lost)).toMatch(/│ 1,040 B +│ +1,009 │ 1\.0 │ 0x7f001234 +│/);
  const unread = render({ ...lost, whyNoHeap: 'its tables could not be read' });
  expect(unread).toContain('1.0 MiB: but not all memory was read');
  expect(unread).toContain('No Java heap was read: its tables could not be read.');
});

test('what blocks of nobody begin with, where somebody peeked: also where they are few', () => {
  const text = { address: 0x7f00_1000, hex: '53454c4543542031', text: 'SELECT 1' };
  const longText = { address: 0x7f00_2000, hex: '41'.repeat(64), text: `${'\\x1b'.repeat(20)}${'A'.repeat(44)}` };
  const words = { address: 0x7f00_3000, hex: `00ff${'12'.repeat(62)}` };
  const sizes = [
    { chunkBytes: 1040, blocks: 7, example: text.address, contents: [text, longText, words] },
    { chunkBytes: 32, blocks: 2, example: 0x7f00_4000, contents: [{ address: 0x7f00_4000, hex: '0'.repeat(48) }] },
    { chunkBytes: 48, blocks: 1, example: 0x7f00_5000 },
  ];
  const unowned = { firstBlocks: 10, firstBytes: 7392, sizes };
  const told = render(ownersResultOf([ownerOf(streams), nobody(7392, 10)], { unowned }));
  expect(told).toContain('Nothing points to 10 blocks, 0.0 MiB');
  const cells = told.split('\n').flatMap((line) => /0x7f00.*(?= │)/.exec(line)?.[0].trim() ?? []);
  expect(cells).toEqual([
    '0x7f001000  "SELECT 1"',
    `0x7f002000  "${'\\x1b'.repeat(16)}" …`,
    '0x7f003000  00 ff 12 12 12 12 12 12 12 12 12 12 12 12 12 12 …',
    '0x7f004000  zeros',
    '0x7f005000',
  ]);
});

test('fields, types and whom blocks are shared with', () => {
  const details: Partial<Owner> = {
    fields: [{ name: 'address', objects: 500 }],
    types: [
      { name: 'rocksdb::LRUCache', blocks: 7, bytes: mib(2) },
      { name: 'rocksdb::Few', blocks: 1, bytes: mib(1) },
    ],
    ...{ sharedBlocks: 5, sharedWith: 'java.nio.DirectByteBuffer$Deallocator' },
  };
  const text = render(ownersResultOf([ownerOf({ ...streams, ...details }), nobody(0)])).replaceAll('\n', ' ');
  expect(text).toContain(
    '500 objects of java.util.zip.Inflater$InflaterZStreamRef hold addresses in their field address. The largest C++ classes of java.util.zip.Inflater$InflaterZStreamRef’s blocks: 7 rocksdb::LRUCache. To 5 of its blocks objects of java.nio.DirectByteBuffer$Deallocator point as well; they count once.',
  );
});

test('who makes the objects, with bytes by the mean of one; without a look the command that tells', () => {
  const created = {
    ...{ className: 'java.util.zip.Inflater', intervalMs: 3000, calls: 700, collapsedFile: '/tmp/created-4711.collapsed' },
    top: [{ calls: 500, frames: ['java.util.zip.Inflater.<init>', 'app.Loader.open'] }],
  };
  const holders = [
    { level: 1, kind: 'strong', name: 'java.util.zip.Inflater', field: 'zsRef', objects: 500, heldObjects: 500 } as const,
  ];
  const held = { objects: 500, heldObjects: 500, waitingObjects: 0, holders: [...holders] };
  const text = render(ownersResultOf([ownerOf({ ...streams, held }), nobody(0)], { created }));
  expect(text).toContain('In 3.0 s 700 objects of java.util.zip.Inflater were made, 98 MiB:');
  expect(text).toContain('\n500 objects, 70 MiB\n    at java.util.zip.Inflater.<init>\n    at app.Loader.open\n');
  expect(render(ownersResultOf([ownerOf(streams), nobody(0)]))).toContain(
    "Who makes them, as Java stacks:\n  offheap owners 4711 --created-by='java.util.zip.Inflater$InflaterZStreamRef' --for=30s",
  );
});
