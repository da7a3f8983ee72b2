import { expect, test } from 'vitest';
import { parseCollapsedStacks } from '../../../src/parse/collapsed-stacks.ts';

test('stacks, the largest first; other lines are none', () => {
  expect(parseCollapsedStacks('main;a b;malloc 16\n\nmain;c 4096\nno figure\n')).toEqual([
    { frames: ['main', 'c'], bytes: 4096 },
    { frames: ['main', 'a b', 'malloc'], bytes: 16 },
  ]);
});
