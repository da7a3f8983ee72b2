import { expect, test } from 'vitest';
import { OffheapError } from '../../src/model/errors.ts';
import { observeOwners } from '../../src/observe/owners.ts';
import { startHeap } from './inspected.ts';
import { expectWhole } from './owners.ts';

/** Each look ends: with a table that adds up, or a sentence. How many of them told something. */
async function lookAgainAndAgain(pid: number, looks: number, budgetMs = 5000): Promise<number> {
  let told = 0;
  for (let look = 0; look < looks; look++) {
    const outcome = await observeOwners(pid, { budgetMs }).catch((error: unknown) => error);
    if (outcome instanceof Error) {
      expect(outcome).toBeInstanceOf(OffheapError);
      expect((outcome as OffheapError).code).toMatch(/^(?:INSPECT_FAILED|NOT_INSPECTABLE|NOT_GLIBC)$/);
    } else {
      expectWhole(outcome as Awaited<ReturnType<typeof observeOwners>>);
      told++;
    }
  }
  return told;
}

test('37 looks at a program that allocates and frees as fast as it can', async () => {
  const { pid } = await startHeap('heap_busy');
  // On a busy machine a look takes long, and that is not what is asked here.
  expect(await lookAgainAndAgain(pid, 37, 60_000)).toBe(37);
});

test.each([
  { program: 'forged_ring', args: ['20000'] },
  { program: 'forged_arenas', args: ['20011'] },
  // It takes all of the time that a look has.
  { program: 'forged_pieces', args: ['30000'], budgetMs: 700 },
  { program: 'forged_mmapped', args: ['11003'] },
  { program: 'damaged_arena', args: [] },
  { program: 'wide_mapping', args: [] },
])('$program', async ({ program, args, budgetMs }) => {
  const { pid } = await startHeap(program, {}, { args });
  // It stands still: the second time as the first.
  await lookAgainAndAgain(pid, 2, budgetMs);
});
