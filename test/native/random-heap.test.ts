import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differencesOf } from './random-heap/check.ts';
import { type Heap, heaps, heapText, parseHeap } from './random-heap/options.ts';

/** Set by scripts/heaps.mjs. */
const runs = Number(process.env['OFFHEAP_HEAPS'] ?? 100);
const asked = process.env['OFFHEAP_HEAP'];

async function check(heap: Heap): Promise<void> {
  const again = `Again: npm run test:heaps -- --heap='${heapText(heap)}'`;
  expect(await differencesOf(heap), again).toEqual([]);
}

const title = asked ?? `${runs} random heaps`;
test(`${title}: the inspector, a second reader, the program and glibc agree`, { timeout: 300_000 + runs * 5000 }, async () => {
  if (asked === undefined) await fc.assert(fc.asyncProperty(heaps, check), { numRuns: runs });
  else await check(parseHeap(asked));
});
