import { expect, test } from 'vitest';
import { stackTree } from '../../../src/model/stack-tree.ts';
import { toStackTree } from '../../../src/stats/stack-tree.ts';

test('stacks are joined by their outermost frames, callees the largest first', () => {
  const tree = toStackTree([
    { frames: ['main', 'read', 'inflate'], bytes: 300 },
    { frames: ['main', 'load'], bytes: 500 },
    { frames: ['main', 'read'], bytes: 7 },
    { frames: ['other'], bytes: 11 },
  ]);
  expect(tree).toEqual({
    frames: ['main', 'other', 'load', 'read', 'inflate'],
    nodes: [
      { frame: 0, bytes: 807 },
      { frame: 1, bytes: 11 },
      { frame: 2, caller: 0, bytes: 500 },
      { frame: 3, caller: 0, bytes: 307 },
      { frame: 4, caller: 3, bytes: 300 },
    ],
  });
  expect(stackTree.parse(tree)).toEqual(tree);
});

test('a frame of less than a thousandth is left out, and its bytes stay with its caller', () => {
  const { frames, nodes } = toStackTree([
    { frames: ['main', 'large'], bytes: 9990 },
    { frames: ['main', 'small'], bytes: 9 },
  ]);
  expect(frames).toEqual(['main', 'large']);
  expect(nodes.map(({ bytes }) => bytes)).toEqual([9999, 9990]);
});

test('of too many frames the outermost are kept', () => {
  const deep = (name: string) => Array.from({ length: 1009 }, (_, depth) => `${name}${depth}`);
  const { nodes } = toStackTree(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => ({ frames: deep(name), bytes: 1 })));
  expect(nodes).toHaveLength(5000);
  expect(nodes.filter(({ caller }) => caller === undefined)).toHaveLength(7);
});

test.each([
  ['a frame that is not there', { frames: ['a'], nodes: [{ frame: 1, bytes: 1 }] }],
  ['a caller that comes after', { frames: ['a'], nodes: [{ frame: 0, caller: 0, bytes: 1 }] }],
])('%s is refused', (_, tree) => {
  expect(stackTree.safeParse(tree).error?.issues[0]?.path).toEqual(['nodes', 0]);
});

test('no stacks are no tree', () => {
  expect(toStackTree([])).toEqual({ frames: [], nodes: [] });
});
