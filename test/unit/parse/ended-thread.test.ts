import { expect, test } from 'vitest';
import { joinThreadTexts, mayBeOfEndedThread } from '../../../src/parse/ended-thread.ts';

/** Fields behind the name: the state, then numbers that count up. */
const stat = (name: string, state: string, from: number) =>
  `41 (${name}) ${[state, ...Array.from({ length: 49 }, (_, index) => from + index)].join(' ')}\n`;

test.each([
  ['stat', stat('a) Z (b', 'S', 1), false],
  ['stat', stat('a) S (b', 'Z', 1), true],
  ['stat', stat('a', 'X', 1), true],
  ['status', 'Name:\tState:\tZ\nState:\tS (sleeping)\n', false],
  ['status', 'Name:\ta\nState:\tZ (zombie)\n', true],
  ['cgroup', '0::/\n', false],
  ['cgroup', '4:memory:/app\n0::/\n', false],
  ['cgroup', '4:memory:/\n0::/\n', true],
  ['maps', '', true],
  ['maps', '7f00-7f01 r--p', false],
])('%s %j', (name, text, expected) => {
  expect(mayBeOfEndedThread(name, text)).toBe(expected);
});

test('stat: name, start and use of the first thread, state and memory of the other', () => {
  const joined = joinThreadTexts('stat', stat('first) (x', 'Z', 101), stat('other', 'S', 501));
  const first = Array.from({ length: 19 }, (_, index) => 101 + index);
  const living = Array.from({ length: 30 }, (_, index) => 520 + index);
  expect(joined).toBe(`41 (first) (x) S ${[...first, ...living].join(' ')}\n`);
});

test('status: names and ids of the first thread, all else of the other', () => {
  const first = 'Name:\tjava\nState:\tZ (zombie)\nTgid:\t41\nPid:\t41\nNSpid:\t41\t1\n';
  const living = 'Name:\tworker\nState:\tS (sleeping)\nTgid:\t41\nPid:\t57\nNSpid:\t57\t9\nVmRSS:\t  12 kB\n';
  expect(joinThreadTexts('status', first, living)).toBe(
    'Name:\tjava\nState:\tS (sleeping)\nTgid:\t41\nPid:\t41\nNSpid:\t41\t1\nVmRSS:\t  12 kB\n',
  );
});
