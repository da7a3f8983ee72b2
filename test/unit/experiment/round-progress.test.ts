import { expect, test } from 'vitest';
import { configurations } from '../../../src/allocators/configurations.ts';
import { planCells } from '../../../src/experiment/matrix.ts';
import { type CellProgress, RoundProgress } from '../../../src/experiment/round-progress.ts';
import { cellOf, scenario } from '../../fixtures/cells.ts';

const located = configurations
  .slice(0, 3)
  .map((configuration) => ({ configuration, location: { found: false as const, reason: 'test' } }));
const planned = planCells({ configurations: located, scenario, meter: true, repeats: 5, hold: undefined, seed: 1 });

test('what is left out of the rounds to come is not counted any more', () => {
  const told: CellProgress[] = [];
  const progress = new RoundProgress(planned, { isAtMost: true, onProgress: (step) => told.push(step) });
  const tell = (index: number) => {
    const cell = planned[index];
    if (cell) progress.tell(cell, 'loaded', 7);
    return told.at(-1);
  };
  expect(tell(0)).toMatchObject({ position: 1, total: 15, isAtMost: true, phase: 'loaded', rssBytes: 7 });
  const finished = planned.slice(0, 3).map(({ configuration, repeat }) => cellOf({ configuration: configuration.key, repeat }));
  progress.leaveOut(finished, ['glibc', 'glibc-arena2']);
  const next = planned.findIndex(({ repeat, configuration }) => repeat === 2 && configuration.key !== 'glibc-arena1');
  expect(tell(next)).toMatchObject({ position: 4, total: 3 + 4 * 2 });
  progress.leaveOut(finished, []);
  expect(tell(0)).toMatchObject({ position: 1, total: 3 });
});
