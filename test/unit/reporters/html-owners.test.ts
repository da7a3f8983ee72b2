import { expect, test } from 'vitest';
import type { OwnersResult } from '../../../src/model/owners.ts';
import { ownerNodes, ownerTree } from '../../../src/reporters/html/owner-tree.ts';
import { renderOwnersHtml } from '../../../src/reporters/html/owners-page.ts';
import { compareOwners } from '../../../src/stats/owner-growth.ts';
import { mib } from '../../fixtures/evidence.ts';
import { leakingOwners, ownerOf, ownersResultOf } from '../../fixtures/owners.ts';

const render = (result: OwnersResult) =>
  renderOwnersHtml(result, {
    assets: () => ({ script: '', style: '', licences: '' }),
    ...{ tool: { name: 'offheap', version: '0.0.0' }, top: 20 },
  });
/** Cells of the rows of the table that has this caption, by spaces. */
const rowsOf = (page: string, caption: string) =>
  [...(page.split(caption)[1]?.split('</table>')[0] ?? '').matchAll(/<tr.*?<th scope="row">(.*?)<\/tr>/gs)].map(([, row = '']) =>
    row
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  );

test('the tree has all bytes: owners, and what each is made of', () => {
  const { name, bytes, parts = [] } = ownerTree(leakingOwners());
  expect({ name, bytes }).toEqual({ name: 'blocks in use', bytes: mib(100) });
  expect(parts.map((part) => [part.name, part.kind, part.bytes])).toEqual([
    ['app.Native', 'owner-java', mib(60)],
    ['JVM', 'owner-jvm', mib(20)],
    ['nobody: no pointer found', 'owner-nobody', mib(10)],
    ['worker- × 7', 'owner-thread', mib(6)],
    ['other owners', 'other', mib(4)],
  ]);
  for (const part of parts.slice(0, -1))
    expect(
      part.parts?.reduce((sum, { bytes: own }) => sum + own, 0),
      part.name,
    ).toBe(part.bytes);
  expect(parts[0]?.parts?.map((part) => part.name)).toEqual(['300 native::Codec', 'other blocks']);
  expect(parts[1]?.parts?.map((part) => part.name)).toEqual(['Class', 'other blocks', 'Symbol']);
  expect(parts[2]?.parts?.map((part) => part.name)).toEqual(['1,000 of 10,000 B', 'other blocks']);
  expect(parts[3]?.parts?.map((part) => part.name)).toEqual(['blocks to which those lead', 'blocks that it points to']);
});

test('an owner says who holds its objects, as the text beside the map does', () => {
  const [native] = ownerNodes(leakingOwners());
  expect(native?.notes).toEqual([
    '400 objects, 700 blocks.',
    '400 objects of app.Native hold addresses in their field handle.',
    'The largest C++ classes of app.Native’s blocks: 300 native::Codec.',
    'The program holds all 400 objects of app.Native:',
    '  ← java.util.HashMap$Node.value (400)',
    '  ← static app.Cache.MAP',
  ]);
  const page = render(leakingOwners());
  expect(page).toContain('<p class="sentence">The program holds all 400 objects of app.Native:</p>');
  expect(page).toContain('<li><code>← static app.Cache.MAP</code></li>');
});

test('resident bytes are drawn where they are asked for', () => {
  expect(ownerNodes(leakingOwners(), (bytes) => bytes / 2).map(({ bytes }) => bytes)).toEqual([30, 10, 5, 3, 2].map(mib));
});

test('the table sums up, and names what a list leaves out', () => {
  expect(rowsOf(render(leakingOwners()), 'Each block of malloc in use has one owner')).toEqual([
    'app.Native Java class 400 700 2.0 60 60.0 %',
    'JVM JVM 200 20 20 20.0 %',
    'worker- × 7 thread 7 2.0 6.0 6.0 %',
    'others 92 4.0 4.0 %',
    'nobody: no pointer found 1,000 10 10.0 %',
    'blocks in use 1,999 100 100.0 %',
  ]);
});

test('what has grown comes first', () => {
  const before = { ...leakingOwners(), owners: [ownerOf({ kind: 'java', name: 'app.Native', bytes: mib(1), objects: 7 })] };
  const after = { ...leakingOwners(), takenAt: before.takenAt + 60_000, uptimeMs: before.uptimeMs + 60_000 };
  const page = render({ ...after, baseline: compareOwners(before, after) });
  expect(page.indexOf('What has grown')).toBeLessThan(page.indexOf('Who owns the blocks'));
  expect(rowsOf(page, 'The largest change first.')[0]).toBe('app.Native Java class 400 +393 700 +699 1.0 60 +59 +59');
});

test('sections without content are left out, and names are escaped', () => {
  const page = render(ownersResultOf([ownerOf({ kind: 'library', name: '<b>.so', bytes: mib(100), blocks: 1009 })]));
  const headings = [...page.matchAll(/<h2 id="(\w+)"/g)].map(([, id]) => id);
  expect(headings).toEqual(['owners', 'process']);
  expect(page).not.toContain('<b>.so');
  expect(page).toContain('&lt;b&gt;.so');
});
