import { describe, expect, test } from 'vitest';
import type { Owner, OwnersResult } from '../../../src/model/owners.ts';
import { renderOwnersTable } from '../../../src/reporters/owners-table.ts';
import { compareOwners } from '../../../src/stats/owner-growth.ts';
import { mib } from '../../fixtures/evidence.ts';
import { ownerOf, ownersResultOf } from '../../fixtures/owners.ts';

const streams = (objects: number, bytes: number, more: Partial<Owner> = {}) =>
  ownerOf({ kind: 'java', name: 'app.Native', objects, blocks: 2 * objects, bytes, ...more });
const thread = ownerOf({ kind: 'thread', name: 'main', bytes: mib(9), blocks: 9 });
const library = ownerOf({ kind: 'library', name: 'libapp.so', bytes: mib(3), blocks: 4 });
const small = ownerOf({ kind: 'library', name: 'libm.so', bytes: 1000, blocks: 1 });
const totals = (liveBlocks: number, liveMib: number) => ({ liveBlocks, liveBytes: mib(liveMib) });
const before = ownersResultOf([streams(100, mib(30)), thread, small], { ...totals(210, 39), rssBytes: mib(200) });
const afterOf = (changes: Partial<OwnersResult> = {}, ms = 120_000) =>
  ownersResultOf([streams(400, mib(90)), library, small], {
    ...totals(805, 93),
    ...{ takenAt: before.takenAt + ms, uptimeMs: before.uptimeMs + ms },
    ...changes,
  });
const render = (after: OwnersResult, top = 20, earlier = before) =>
  renderOwnersTable({ ...after, baseline: compareOwners(earlier, after) }, { color: false, width: 300, tableWidth: 300, top });
/** Cells of the row that begins so. */
const rowOf = (text: string, name: string) =>
  text
    .split('\n')
    .find((line) => line.startsWith(`│ ${name}`))
    ?.split('│')
    .slice(1, -1)
    .map((cell) => cell.trim());

test('what changed most, with what came and went, and each column adds up', () => {
  const text = render(afterOf());
  expect(text).toContain(
    'Compared with a look at this process 2 min 0 s earlier: 210 blocks had 39 MiB there, and RSS was 200 MiB.',
  );
  expect(rowOf(text, 'owner')).toEqual([
    'owner',
    'kind',
    'objects',
    'more objects',
    'blocks',
    'more blocks',
    'before MiB',
    'MiB',
    'more MiB',
    'a minute',
  ]);
  expect(rowOf(text, 'app.Native')).toEqual(['app.Native', 'Java class', '400', '+300', '800', '+600', '30', '90', '+60', '+30']);
  expect(rowOf(text, 'main')).toEqual(['main', 'thread', '', '', '–', '-9', '9.0', '–', '-9.0', '-4.5']);
  expect(rowOf(text, 'libapp.so')).toEqual(['libapp.so', 'library', '', '', '4', '+4', '–', '3.0', '+3.0', '+1.5']);
  expect(rowOf(text, '1 other')).toEqual(['1 other', '', '', '', '1', '0', '0.0', '0.0', '0.0', '0.0']);
  expect(rowOf(text, 'blocks in use')).toEqual(['blocks in use', '', '', '', '805', '+595', '39', '93', '+54', '+27']);
});

test('--top bounds the rows', () => {
  const text = render(afterOf(), 1);
  expect(rowOf(text, 'main')).toBeUndefined();
  expect(rowOf(text, '3 others')).toEqual(['3 others', '', '', '', '5', '-5', '9.0', '3.0', '-6.0', '-3.0']);
});

test('the class that grew most is followed, to who holds it and to who makes it', () => {
  const held = { objects: 400, heldObjects: 400, waitingObjects: 0, holders: [] };
  const text = render(
    afterOf({ owners: [ownerOf({ kind: 'jvm', name: 'JVM', bytes: mib(500) }), streams(400, mib(999), { held })] }),
  );
  expect(text).toContain('The program holds all 400 objects of app.Native:');
  expect(text).toContain("offheap owners 4711 --created-by='app.Native' --for=30s");
  // Nobody asks who makes what became less.
  expect(render(afterOf({ owners: [streams(10, mib(3))] }))).not.toContain('--created-by');
});

describe('two processes', () => {
  const sentence = (after: OwnersResult, earlier = before) => render(after, 20, earlier).split('\n\n')[1];

  test('of one command are compared, and nothing is told by the minute', () => {
    const replica = afterOf({ pid: 4712 });
    expect(sentence(replica)).toBe(
      'Compared with another process, 4711 (java, of the same command), looked at 2 min 0 s earlier: 210 blocks had 39 MiB there, and RSS was 200 MiB. So the changes are differences between two processes, and no growth by the minute.',
    );
    expect(render(replica)).not.toContain('a minute');
    expect(render(replica)).not.toContain('--created-by');
  });

  test('of another command, and of one pid', () => {
    expect(sentence(afterOf({ uptimeMs: 5 }), { ...before, command: ['/bin/sh'] })).toContain(
      'another process that had this pid (sh, of another command), looked at',
    );
  });

  test('by a clock that is ahead of this one', () => {
    expect(sentence(afterOf({ pid: 9 }, -61_000))).toContain('looked at 1 min 1 s later:');
  });
});

test('a rate of less than 5 s is none', () => {
  expect(render(afterOf({}, 5000))).toContain('a minute');
  expect(render(afterOf({}, 4999))).not.toContain('a minute');
});

test('a Java heap that was read at one look alone is said', () => {
  const whyNoHeap = 'its tables could not be read';
  expect(render(afterOf({ whyNoHeap }))).toContain('The Java heap was read at the earlier look alone.');
  expect(render(afterOf(), 20, { ...before, whyNoHeap })).toContain('The Java heap was read at the later look alone.');
  expect(render(afterOf({ whyNoHeap }), 20, { ...before, whyNoHeap })).not.toContain('look alone');
});
