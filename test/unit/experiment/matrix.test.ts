import { expect, test } from 'vitest';
import { configurations } from '../../../src/allocators/configurations.ts';
import { planCells } from '../../../src/experiment/matrix.ts';
import type { PhaseName } from '../../../src/model/phase.ts';
import { scenario } from '../../fixtures/cells.ts';

const located = configurations.map((configuration) => ({ configuration, location: { found: false as const, reason: 'test' } }));
const order = (repeats: number, seed: number) =>
  planCells({ configurations: located, scenario, meter: true, repeats, hold: undefined, seed }).map(
    ({ configuration, repeat }) => `${repeat} ${configuration.key}`,
  );
const keys = configurations.map(({ key }) => key);

test('a single block stays in the order asked for', () => {
  expect(order(1, 5)).toEqual(keys.map((key) => `1 ${key}`));
});

test('every block has every configuration once, and the blocks follow each other', () => {
  const plans = order(3, 5);
  expect(plans.map((plan) => plan[0])).toEqual([...'123'].flatMap((repeat) => keys.map(() => repeat)));
  for (const repeat of '123') {
    const block = plans.filter((plan) => plan.startsWith(repeat)).map((plan) => plan.slice(2));
    expect(block.toSorted()).toEqual(keys.toSorted());
  }
});

test('the order is random, differs between blocks, and can be had again by its seed', () => {
  expect(order(2, 5)).toEqual(order(2, 5));
  expect(order(2, 5)).not.toEqual(order(2, 6));
  const [first, second] = ['1', '2'].map((repeat) =>
    order(2, 5).flatMap((plan) => (plan.startsWith(repeat) ? [plan.slice(2)] : [])),
  );
  expect(first).not.toEqual(second);
});

test('the mmap allocator counts itself, any other has the meter in front, unless it is not wanted', () => {
  const counters = (meter: boolean) =>
    planCells({ configurations: located, scenario, meter, repeats: 1, hold: undefined, seed: 1 }).map(
      ({ configuration, counter }) => [configuration.key, counter],
    );
  expect(counters(true)).toEqual(keys.map((key) => [key, key === 'mmap' ? 'mmapalloc' : 'meter']));
  expect(counters(false)).toEqual(keys.map((key) => [key, key === 'mmap' ? 'mmapalloc' : undefined]));
});

test('each variant runs its own command, at the phases of the scenario', () => {
  const own = { name: 'command', command: ['old'], ready: 'up', gc: true, settleMs: 7, step: false, graceMs: 11 } as const;
  const [base] = located;
  if (!base) throw new Error('no configuration');
  const variants = ['old', 'new'].map((key) => ({ ...base, configuration: { ...base.configuration, key } }));
  const programs = new Map([
    ['old', { command: ['old'], jdk: undefined }],
    ['new', { command: ['new', '--fast'], jdk: undefined }],
  ]);
  const cells = planCells({
    ...{ configurations: variants, programs, meter: true, repeats: 1, hold: undefined, seed: 1 },
    scenario: { ...own, command: ['old'] },
  });
  expect(cells.map(({ scenario, program }) => [scenario, program])).toEqual([
    [own, programs.get('old')],
    [{ ...own, command: ['new', '--fast'] }, programs.get('new')],
  ]);
});

test('only the last cell is held, and only when it is asked for', () => {
  const held = (hold: PhaseName | undefined) =>
    planCells({ configurations: located, scenario, meter: true, repeats: 2, hold, seed: 5 }).map((plan) => plan.hold);
  expect(held(undefined).filter(Boolean)).toEqual([]);
  expect(held('loaded')).toEqual([...Array(2 * keys.length - 1).fill(undefined), 'loaded']);
});
