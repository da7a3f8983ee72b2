import { expect, test } from 'vitest';
import { parsePhaseLine } from '../../../src/parse/phase-line.ts';

test('a phase line has a name and values, numbers as numbers', () => {
  expect(parsePhaseLine('@phase scanned streams=20000 loader=leaky ratio=0.5 path=/a=b')).toEqual({
    name: 'scanned',
    values: { streams: 20000, loader: 'leaky', ratio: 0.5, path: '/a=b' },
  });
});

test('a phase may have no values', () => {
  expect(parsePhaseLine('@phase settled')).toEqual({ name: 'settled', values: {} });
});

test.each(['', 'phase x', '@phase', '@phase Scanned', ' @phase scanned', '@phase scanned streams', '@phase scanned a=1  b'])(
  'is no phase line: %j',
  (line) => {
    expect(parsePhaseLine(line)).toBeUndefined();
  },
);

test('a value that only looks like a number stays text', () => {
  expect(parsePhaseLine('@phase a x=1e3 y=0x10 z= v=17.0.15')?.values).toEqual({ x: '1e3', y: '0x10', z: '', v: '17.0.15' });
});
