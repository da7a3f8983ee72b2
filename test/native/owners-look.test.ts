import { expect, test } from 'vitest';
import { bytesPerMiB } from '../../src/model/units.ts';
import { inspectHeap } from '../../src/native/inspector.ts';
import { lookForOwners } from '../../src/observe/owners-look.ts';
import { blocksInUseBytes } from '../../src/stats/process-figures.ts';
import { startHeap } from './inspected.ts';

/** In use of a program that does nothing meanwhile: 2.4 MiB. */
async function lookAtLittle(options: { ownersBudgetMs: number; grownBytes?: number }) {
  const { pid } = await startHeap('owned_growth');
  const inspection = await inspectHeap(pid, {});
  const inUseBytes = blocksInUseBytes(inspection);
  const { ownersBudgetMs, grownBytes } = options;
  return lookForOwners(pid, inspection, {
    ownersBudgetMs,
    inUseBeforeBytes: grownBytes === undefined ? undefined : inUseBytes - grownBytes,
  });
}

const budget = { ownersBudgetMs: 60_000 };
const quarterMiB = 0.25 * bytesPerMiB;

test('little in use has its owners when it has grown by 256 KiB since an earlier look', async () => {
  const { value, unknown } = await lookAtLittle({ ...budget, grownBytes: quarterMiB });
  expect(unknown).toEqual([]);
  expect(value?.owners[0]).toMatchObject({ kind: 'library', name: 'owned_growth' });
});

test.each([
  ['one look alone', budget],
  ['a growth of a byte less', { ...budget, grownBytes: quarterMiB - 1 }],
  ['no time', { ownersBudgetMs: 0, grownBytes: quarterMiB }],
])('%s: it is not looked for', async (_, options) => {
  expect(await lookAtLittle(options)).toEqual({ unknown: [] });
});
