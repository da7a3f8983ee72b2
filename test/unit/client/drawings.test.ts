import { describe, expect, test } from 'vitest';
import { boxesAround, findFrames, placeFrames } from '../../../src/client/flame-layout.ts';
import { layOut, shownParts } from '../../../src/client/treemap-layout.ts';
import type { MapNode } from '../../../src/stats/map-node.ts';
import { toStackTree } from '../../../src/stats/stack-tree.ts';

const part = (name: string, bytes: number, parts?: MapNode[]): MapNode => ({
  name,
  kind: 'other',
  bytes,
  ...(parts ? { parts } : {}),
});

describe('the map', () => {
  test('areas are as the bytes, whatever a part’s own parts sum up to', () => {
    const root = part('RSS', 400, [part('large', 300, [part('claims more', 600), part('as much', 600)]), part('small', 100)]);
    const tiles = layOut(root, 1000, 400);
    const areaOf = (name: string) =>
      tiles.filter(({ node }) => node.name === name).map(({ width, height }) => width * height)[0] ?? 0;
    expect(areaOf('large') / areaOf('small')).toBeCloseTo(3, 1);
    expect(areaOf('claims more') / areaOf('as much')).toBeCloseTo(1, 1);
    expect(tiles.map(({ node, level }) => `${node.name} ${level}`)).toEqual(['large 1', 'small 1', 'claims more 2', 'as much 2']);
  });

  test('of many parts the small ones are one that opens', () => {
    const parts = Array.from({ length: 101 }, (_, index) => part(`arena ${index}`, 1000 - index));
    const shown = shownParts(part('kept', 1, parts));
    expect(shown).toHaveLength(24);
    expect(shown.at(-1)).toMatchObject({ name: '78 smaller parts', bytes: 78 * 1000 - (23 + 100) * 39 });
    expect(shownParts(part('kept', 1, parts.slice(0, 24)))).toHaveLength(24);
  });

  test('nothing to show is no tile', () => {
    expect(layOut(part('RSS', 0), 100, 100)).toEqual([]);
  });
});

describe('the flame graph', () => {
  const root = placeFrames(
    toStackTree([
      { frames: ['main', 'read', 'inflate'], bytes: 256 },
      { frames: ['main', 'load'], bytes: 512 },
      { frames: ['other', 'Inflater.init'], bytes: 256 },
    ]),
  );
  const named = (name: string) => root.descendants().find(({ data }) => data.name === name) ?? root;
  const drawn = (focus: string, least = 0.001) =>
    boxesAround(named(focus), least).map(({ frame, left, width }) => [frame.data.name, left, width]);

  test('each frame is as wide as its bytes, beneath its caller', () => {
    expect(drawn('all')).toEqual([
      ['all', 0, 1],
      ['main', 0, 0.75],
      ['other', 0.75, 0.25],
      ['load', 0, 0.5],
      ['read', 0.5, 0.25],
      ['Inflater.init', 0.75, 0.25],
      ['inflate', 0.5, 0.25],
    ]);
  });

  test('an opened frame has the whole width, its callers are above it, nothing is beside', () => {
    expect(drawn('read').map(([name, left, width]) => [name, left, width])).toEqual([
      ['all', 0, 1],
      ['main', 0, 1],
      ['read', 0, 1],
      ['inflate', 0, 1],
    ]);
  });

  test('what is too narrow is not drawn', () => {
    expect(drawn('all', 0.3).map(([name]) => name)).toEqual(['all', 'main', 'load']);
  });

  test('a text is found in any case, and its stacks are counted once', () => {
    const { found, bytes } = findFrames(root, 'INFLATE');
    expect([...found].map(({ data }) => data.name)).toEqual(['Inflater.init', 'inflate']);
    expect(bytes).toBe(512);
    expect(findFrames(root, 'main').bytes).toBe(768);
    expect(findFrames(root, '').found.size).toBe(0);
  });
});
