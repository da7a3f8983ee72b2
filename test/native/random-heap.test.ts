import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differencesOf, lossesOf } from './random-heap/check.ts';
import { busyHeaps, type Heap, heaps, heapText, parseHeap } from './random-heap/options.ts';

/** Set by scripts/heaps.mjs. */
const runs = Number(process.env['OFFHEAP_HEAPS'] ?? 100);
const asked = process.env['OFFHEAP_HEAP'];

const isBusy = ({ args }: Heap) => args.some((argument) => argument.startsWith('churn='));

async function check(heap: Heap): Promise<void> {
  const again = `Again: npm run test:heaps -- --heap='${heapText(heap)}'`;
  expect(await (isBusy(heap) ? lossesOf(heap) : differencesOf(heap)), again).toEqual([]);
}

const timeout = 300_000 + runs * 5000;

if (asked === undefined) {
  test(`${runs} random heaps: the inspector, a second reader, the program and glibc agree`, { timeout }, () =>
    fc.assert(fc.asyncProperty(heaps, check), { numRuns: runs }),
  );

  test('random heaps in which threads go on allocating: what is kept is counted, or said to be unreadable', { timeout }, () =>
    fc.assert(fc.asyncProperty(busyHeaps, check), { numRuns: Math.ceil(runs / 10) }),
  );
} else {
  test(asked, () => check(parseHeap(asked)));
}
