import { expect, test } from 'vitest';
import { configurations } from '../../../src/allocators/configurations.ts';
import type { PlannedCell } from '../../../src/experiment/planned-cell.ts';
import { runSchedule } from '../../../src/experiment/schedule.ts';
import { cellOf, scenario } from '../../fixtures/cells.ts';

const plans: PlannedCell[] = configurations.slice(0, 3).map((configuration) => ({
  configuration,
  location: { found: false, reason: 'test' },
  scenario,
  counter: undefined,
  repeat: 1,
  hold: undefined,
  attach: true,
  census: false,
}));

async function record(interruptAt?: string) {
  const events: string[] = [];
  const controller = new AbortController();
  const outcome = await runSchedule(plans, {
    signal: controller.signal,
    runCell: async ({ configuration }) => {
      events.push(`run ${configuration.key}`);
      if (configuration.key !== interruptAt) return cellOf({ configuration: configuration.key });
      controller.abort();
      return undefined;
    },
    onCell: async (cells) => {
      events.push(`write ${cells.length}`);
    },
  });
  return { events, keys: outcome.cells.map((cell) => cell.configuration), complete: outcome.complete };
}

test('every cell is written before the next one is run', async () => {
  expect(await record()).toEqual({
    events: ['run glibc', 'write 1', 'run glibc-arena1', 'write 2', 'run glibc-arena2', 'write 3'],
    keys: ['glibc', 'glibc-arena1', 'glibc-arena2'],
    complete: true,
  });
});

test('an interruption keeps the finished cells and runs no further one', async () => {
  expect(await record('glibc-arena1')).toEqual({
    events: ['run glibc', 'write 1', 'run glibc-arena1'],
    keys: ['glibc'],
    complete: false,
  });
});
