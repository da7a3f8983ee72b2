import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

interface Estimate {
  median: number;
  low: number;
  high: number;
  samples: number;
}
type Values = Map<number, number>;
// Plain JavaScript, as all of bench/.
const module = (name: string) => import(fileURLToPath(new URL(`../../bench/lib/${name}.mjs`, import.meta.url)));
const { renderSection } = (await module('report')) as { renderSection(raw: unknown): string };
const { judgeWithin } = (await module('scan')) as { judgeWithin(ratio: { low: number; high: number }, aim: number): string };
const { addedRatioOf } = (await module('estimate')) as {
  addedRatioOf(values: Values, divisor: Values, reference: Values): Estimate | undefined;
};

/** Columns without their padding. */
const squeeze = (table: string) => table.replaceAll(/ +/g, ' ');
const rounds = 9;
const group = { kind: 'counting', allocator: 'glibc', threads: 1, batch: 1, depth: 0 };
/** The same in every round but for a drift that meets all variants alike. */
const cellsOf = (variant: string, cpuNs: number) =>
  Array.from({ length: rounds }, (_, round) => ({
    ...group,
    variant,
    round,
    state: 'ok',
    cpuNs: cpuNs + round,
    wallNs: cpuNs + round,
  }));
const raw = {
  startedAt: '2024-05-06T00:00:00.000Z',
  host: { cpus: 2, cpuModel: 'CPU', system: 'System', kernel: '6.1', libc: '2.36', loadAverage: 0.5 },
  versions: { glibc: '2.36' },
  seed: 1,
  rounds,
  budgetMs: 10,
  passes: 4,
  cells: [
    ...[...cellsOf('bare', 10), ...cellsOf('bare again', 10), ...cellsOf('forward', 11), ...cellsOf('call and look', 11.25)],
    ...cellsOf('count least', 11.5),
    ...[...cellsOf('ask sizes', 15), ...cellsOf('meter', 12)],
  ],
  scans: [0, 1].flatMap((round) => [
    { variant: 'bare', round, state: 'ok', cpuMs: 1000, wallMs: 500 },
    { variant: 'meter', round, state: 'ok', cpuMs: 1010, wallMs: 505 },
  ]),
};

test('what a variant adds is taken round by round, so that a drift of the machine does not show', () => {
  const section = squeeze(renderSection(raw));
  const added = '1.0 (1.0 to 1.0) | 1.3 (1.3 to 1.3) | 1.5 (1.5 to 1.5) | 5.0 (5.0 to 5.0) | 2.0 (2.0 to 2.0) |';
  expect(section).toContain(`| 14.0 (11.0 to 17.0) | 1.00× (1.00 to 1.00) | ${added}`);
  expect(section).toContain('- At most 1.2× of bare glibc, 1 thread: **met**, 1.14× (1.12 to 1.18).\n');
  expect(section).toContain(
    "- A JVM's scan within ±1 % of processor time: **too few rounds to tell**, 1.010× (1.010 to 1.010), 2 pairs.",
  );
});

test('an aim that is missed has the floors beside it', () => {
  const dear = raw.cells.map((cell) => (cell.variant === 'meter' ? { ...cell, cpuNs: cell.cpuNs + 5 } : cell));
  expect(squeeze(renderSection({ ...raw, cells: dear }))).toContain(
    '1 thread: **missed**, 1.50× (1.41 to 1.64). The floor: calling alone costs 1.09× (1.07 to 1.11), the least counting 1.11× (1.09 to 1.14).',
  );
});

test.each([
  [0.996, 1.004, 'met'],
  [1.011, 1.03, 'missed'],
  [0.97, 0.989, 'missed'],
  [0.995, 1.02, 'not decided'],
])('a ratio of %d to %d is %s within 1 %%', (low, high, verdict) => {
  expect(judgeWithin({ low, high }, 0.01)).toBe(verdict);
});

test('a run that failed or did not take place has no figure, and is told with its reason', () => {
  const lost = raw.cells.map((cell) =>
    cell.variant === 'meter' ? { ...group, variant: cell.variant, round: cell.round, state: 'failed', reason: 'SIGSEGV' } : cell,
  );
  const section = squeeze(renderSection({ ...raw, cells: lost }));
  expect(section).toContain('- glibc, meter: failed: SIGSEGV (9 runs)');
  expect(section).toContain('| 5.0 (5.0 to 5.0) | — | — |');
  expect(section).not.toContain('At most 1.2×');
});

test('where the divisor is not above nothing, a ratio has no upper end', () => {
  const values = (...numbers: number[]) => new Map(numbers.entries());
  const reference = values(10, 10, 10, 10);
  expect(addedRatioOf(values(12, 12, 12, 12), values(11, 11, 11, 11), reference)).toMatchObject({ median: 2, low: 2, high: 2 });
  expect(addedRatioOf(values(12, 12, 12, 12), values(10, 9, 11, 12), reference)?.high).toBe(Number.POSITIVE_INFINITY);
  expect(addedRatioOf(values(12, 12), values(11, 11), reference)).toBeUndefined();
});
