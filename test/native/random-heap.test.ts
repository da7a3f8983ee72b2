import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differencesOf } from './random-heap/check.ts';
import { heapOptions } from './random-heap/options.ts';

const runs = Number(process.env['OFFHEAP_HEAPS'] ?? 100);
test('random', async () => {
  const details = await fc.check(
    fc.asyncProperty(heapOptions, async (heap) => {
      expect(await differencesOf(heap)).toEqual([]);
    }),
    { numRuns: runs },
  );
  if (details.failed) throw new Error(await fc.asyncDefaultReportMessage(details), { cause: details.errorInstance });
});
