import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differencesOf, lossesOf } from './random-heap/check.ts';
import { busyHeaps, type Heap, heaps, heapText, parseHeap } from './random-heap/options.ts';

/** Set by scripts/heaps.mjs. */
const runs = Number(process.env['OFFHEAP_HEAPS'] ?? 31);
const asked = process.env['OFFHEAP_HEAP'];

const isBusy = ({ args }: Heap) => args.some((argument) => argument.startsWith('churn='));

async function check(heap: Heap): Promise<void> {
  const again = `Again: npm run test:heaps -- --heap='${heapText(heap)}'`;
  expect(await (isBusy(heap) ? lossesOf(heap) : differencesOf(heap)), again).toEqual([]);
}

const timeout = 300_000 + runs * 5000;
/** A heap takes a second or two; one that never ends is a failure, with its text. A failure is made smaller for as long as there is time, and told. */
const plugins = [fc.timeout(120_000), fc.interruptAfterTimeLimit(timeout - 180_000)];

/** Of what was found once. */
const found = [
  // Hundreds of blocks of a tcache's size stand before it in the main arena.
  'kind=program GLIBC_TUNABLES=glibc.malloc.tcache_count=100 seed=0 threads=2 ended=1 turns=4 blocks=1592 sizes=small order=mixed freed=10 handed=100 filled=0 aligned=50 resized=50 sbrk=1 mappings=1 arena_max=1',
];

if (asked === undefined) {
  test.for(found)('%s', (text) => check(parseHeap(text)));

  test(`${runs} random heaps: the inspector, a second reader, the program and glibc agree`, { timeout, retry: 0 }, () =>
    fc.assert(fc.asyncProperty(heaps, check), { numRuns: runs, plugins }),
  );

  test(
    'random heaps in which threads go on allocating: what is kept is counted, or said to be unreadable',
    { timeout, retry: 0 },
    () => fc.assert(fc.asyncProperty(busyHeaps, check), { numRuns: Math.ceil(runs / 10), plugins }),
  );
} else {
  test(asked, () => check(parseHeap(asked)));
}
