import { expect, test } from 'vitest';
import { noFacts } from '../../../src/observe/jvm.ts';
import { readMappings, sumOf } from '../../../src/observe/mappings.ts';
import { divideRss } from '../../../src/observe/regions/divide.ts';
import type { Mapping } from '../../../src/parse/smaps.ts';
import { TimeSlices } from '../../../src/process/time-slices.ts';

test('of this process: what is resident, and the first by its address', async () => {
  const mappings = await readMappings(process.pid);
  expect(sumOf(mappings, 'rssBytes')).toBeGreaterThan(2 ** 20);
  expect(mappings[0]?.start).toBe(Math.min(...mappings.map(({ start }) => start)));
});

test('time that is up, and a signal, end the reading between two pieces', async () => {
  await expect(readMappings(process.pid, { timeoutMs: 0 })).rejects.toMatchObject({
    code: 'INSPECT_FAILED',
    message: `Expected to read /proc/${process.pid}/smaps in 0 s, but that did not suffice. Try again when the machine is less busy.`,
  });
  const reason = new Error('called off');
  await expect(readMappings(process.pid, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

const page = 4096;
const many = Array.from(
  { length: 100_003 },
  (_, index): Mapping => ({
    ...{ start: 2 * index * page, end: (2 * index + 1) * page, perms: 'rw-p', offset: 0, device: '0:0', inode: 0, path: '' },
    ...{
      deleted: false,
      rssBytes: page,
      pssBytes: page,
      anonymousBytes: page,
      hugetlbBytes: 0,
      hugeBytes: 0,
      lazyFreeBytes: 0,
      swapBytes: 0,
      vmFlags: 'rd wr mr mw me ac',
    },
  }),
);
const memory = { mappings: many, threads: [], jvm: noFacts, inspection: undefined, allocator: 'glibc', isJvm: true } as const;

test('while 100,003 mappings are divided others have the thread, and a signal ends it', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const { regions } = await divideRss({ ...memory, memoryDevices: new Set() }, () => undefined, new TimeSlices());
  clearInterval(timer);
  expect(regions).toMatchObject([{ kind: 'unexplained', rssBytes: 100_003 * page, mappings: 100_003 }]);
  expect(turns).toBeGreaterThan(2);

  const over = new AbortController();
  setTimeout(() => over.abort(new Error('called off')), 1);
  await expect(divideRss({ ...memory, memoryDevices: new Set() }, () => undefined, new TimeSlices(over.signal))).rejects.toThrow(
    'called off',
  );
});
