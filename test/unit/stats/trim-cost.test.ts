import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { expectedTrimMs } from '../../../src/stats/trim-cost.ts';

const gib = 1024 ** 3;

interface Cell {
  allocator: string;
  rounds: { quiet: { cpuMs: number }; trimmed: { cpuMs: number; backBytes: number } }[];
}

test('it grows with what is given back', () => {
  expect(expectedTrimMs('glibc', gib)).toBe(118);
  expect(expectedTrimMs('glibc', 4 * gib)).toBe(412);
});

test('a trim that gives nothing back takes its time, too', () => {
  expect([0, -4096].map((bytes) => expectedTrimMs('glibc', bytes))).toEqual([20, 20]);
});

test('what was not measured is not known', () => {
  expect(['scudo', 'toString'].map((name) => expectedTrimMs(name, gib))).toEqual([undefined, undefined]);
});

test('no trim that was measured took more of a processor', () => {
  const file = new URL('../../../bench/results/give-back.json', import.meta.url);
  const { cells } = JSON.parse(readFileSync(file, 'utf8')) as { cells: Cell[] };
  expect(new Set(cells.map(({ allocator }) => allocator))).toEqual(new Set(['glibc', 'jemalloc', 'tcmalloc', 'mimalloc']));
  const beyond = cells.flatMap(({ allocator, rounds }) =>
    rounds.filter(({ quiet, trimmed }) => trimmed.cpuMs - quiet.cpuMs > (expectedTrimMs(allocator, trimmed.backBytes) ?? 0)),
  );
  expect(beyond).toEqual([]);
});
