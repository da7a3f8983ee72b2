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

const rounds = ['glibc', 'a', 'b', 'glibc', 'a', 'b', 'glibc', 'a', 'b'].map((key, index): PlannedCell => {
  const [plan] = plans;
  if (!plan) throw new Error('there are plans');
  return { ...plan, configuration: { ...plan.configuration, key }, repeat: 1 + Math.floor(index / 3) };
});

async function runRounds(options: Partial<Parameters<typeof runSchedule>[1]>) {
  const ran: string[] = [];
  const outcome = await runSchedule(rounds, {
    signal: new AbortController().signal,
    runCell: async ({ configuration: { key }, repeat }) => {
      ran.push(`${repeat} ${key}`);
      return cellOf({ configuration: key, repeat });
    },
    onCell: async () => {},
    ...options,
  });
  return { ...outcome, ran };
}

test('a round has the configurations that the rounds before it leave open; without any the run is over', async () => {
  const asked: number[] = [];
  const { ran, complete } = await runRounds({
    openAfter: (cells) => {
      asked.push(cells.length);
      return cells.length === 3 ? ['glibc', 'b'] : [];
    },
  });
  expect(ran).toEqual(['1 glibc', '1 a', '1 b', '2 glibc', '2 b']);
  expect(asked).toEqual([3, 5]);
  expect(complete).toBe(true);
});

test('what an earlier run has finished is asked of in the same way, and not run again', async () => {
  const finished = ['glibc', 'a', 'b'].map((configuration) => cellOf({ configuration, repeat: 1 }));
  const { ran, cells } = await runRounds({ finished, openAfter: (known) => (known.length === 3 ? ['glibc', 'a'] : []) });
  expect(ran).toEqual(['2 glibc', '2 a']);
  expect(cells.map(({ configuration, repeat }) => `${repeat} ${configuration}`)).toEqual([
    '1 glibc',
    '1 a',
    '1 b',
    '2 glibc',
    '2 a',
  ]);
});

test('when the first cell shows that none can work, no other is run', async () => {
  const { ran, complete, ended } = await runRounds({ whyHopeless: ({ configuration }) => `${configuration} does not start` });
  expect({ ran, complete, ended }).toEqual({ ran: ['1 glibc'], complete: false, ended: 'glibc does not start' });
});
