import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseStrace } from '../../../src/parse/strace.ts';
import { AddressSet } from '../../../src/stats/address-set.ts';
import { summariseTrace } from '../../../src/stats/memory-calls.ts';

const context = { pageBytes: 4096, kernelNames: new Map(), jvmNames: new Map(), largeFromBytes: 2 ** 23, largeShown: 10 };
/** As strace 6.1 wrote them. */
const heap = [
  '7 100.5 execve("/usr/bin/java", ["java"], 0x7ffd /* 35 vars */) = 0',
  '7 100.6 clone3({flags=CLONE_VM|CLONE_THREAD, stack=0x1} => {parent_tid=[9]}, 88 <unfinished ...>',
  '9 100.7 prctl(PR_SET_NAME, "G1 Main Marker" <unfinished ...>',
  '7 100.8 <... clone3 resumed>) = 9',
  '9 100.9 <... prctl resumed>)              = 0',
  '9 101.0 mmap(NULL, 134217728, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_NORESERVE, -1, 0) = 0x7efcf8600000',
  '9 101.1 munmap(0x7efcf8600000, 60817408) = 0',
  '9 101.2 munmap(0x7efd00000000, 6291456) = 0',
  '9 101.3 mprotect(0x7efcfc000000, 135168, PROT_READ|PROT_WRITE) = 0',
];

test('a heap of an arena: reserved, cut to 64 MiB, made writable', () => {
  const { threads, arenaHeaps } = summariseTrace(parseStrace(heap), context);
  expect(arenaHeaps).toEqual([{ tid: 9, name: 'G1 Main Marker', atMs: 500, address: 0x7efcfc000000, sizeBytes: 2 ** 26 }]);
  expect(threads).toEqual([
    {
      tid: 9,
      name: 'G1 Main Marker',
      calls: [
        { call: 'mmap', count: 1, failed: 0, bytes: 2 ** 27, netBytes: 2 ** 27 },
        { call: 'munmap', count: 2, failed: 0, bytes: 67_108_864, netBytes: -67_108_864 },
        { call: 'mprotect', count: 1, failed: 0, bytes: 135_168 },
      ],
    },
  ]);
});

test('a heap of an arena, as glibc 2.39 makes it', () => {
  const lines = [
    '61 1.0 mmap(NULL, 134217728, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7fd030000000',
    '61 1.1 munmap(0x7fd034000000, 67108864 <unfinished ...>',
    '55 1.2 mprotect(0x7fd0641a7000, 4096, PROT_READ|PROT_WRITE) = 0',
    '61 1.3 <... munmap resumed>) = 0',
    '61 1.4 mprotect(0x7fd030000000, 135168, PROT_READ|PROT_WRITE) = 0',
  ];
  const { arenaHeaps } = summariseTrace(parseStrace(lines), context);
  expect(arenaHeaps).toMatchObject([{ tid: 61, address: 0x7fd030000000, sizeBytes: 64 * 1024 ** 2 }]);
});

test('what a JVM reserves of 64 MiB is no heap of an arena', () => {
  const reserve = '7 1.0 mmap(0xfc000000, 67108864, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_NORESERVE, -1, 0) = 0xfc000000';
  const commit = '7 1.1 mmap(0xfc000000, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = 0xfc000000';
  const { arenaHeaps, threads } = summariseTrace(parseStrace([reserve, commit]), context);
  expect(arenaHeaps).toEqual([]);
  expect(threads[0]?.calls).toEqual([{ call: 'mmap', count: 2, failed: 0, bytes: 67_112_960, netBytes: 67_108_864 }]);
});

test('a failed call, an unknown break, a file whose name has commas', () => {
  const lines = [
    '7 1.0 mmap(NULL, 99, PROT_READ, MAP_PRIVATE, 3</a, b (c)>, 0x1000) = 0x1000',
    '7 1.1 mmap(NULL, 1, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = -1 ENOMEM (Cannot allocate memory)',
    '7 1.2 brk(0x9000) = 0x9000',
    '7 1.3 +++ exited with 0 +++',
    '7 1.4 munmap(0x1000, 4096 <unfinished ...>) = ?',
  ];
  const events = parseStrace(lines);
  expect(events[0]).toMatchObject({ file: '/a, b (c)', sizeBytes: 99, address: 0x1000 });
  expect(summariseTrace(events, context).threads[0]?.calls).toEqual([
    { call: 'brk', count: 1, failed: 0 },
    { call: 'mmap', count: 2, failed: 1, bytes: 99, netBytes: 4096 },
  ]);
});

test('an munmap counts from its beginning: its addresses may be another thread’s before it returns', () => {
  const mmap = 'mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x5000';
  const lines = [`1 1.0 ${mmap}`, '1 1.1 munmap(0x5000, 4096 <unfinished ...>', `2 1.2 ${mmap}`, '1 1.3 <... munmap resumed>) = 0'];
  const nets = summariseTrace(parseStrace(lines), context).threads.flatMap(({ calls }) =>
    calls.map(({ netBytes = 0 }) => netBytes),
  );
  expect(nets.sort((a, b) => a - b)).toEqual([-4096, 4096, 4096]);
});

test('however calls of threads are torn apart, they are the same', () => {
  const call = fc.record({
    tid: fc.integer({ min: 1, max: 5 }),
    size: fc.integer({ min: 1, max: 1e9 }),
    cut: fc.integer({ min: 0, max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(call), (calls) => {
      const args = (size: number, index: number) => [`0x${(4096 * (index + 1)).toString(16)}`, String(size), 'MREMAP_MAYMOVE'];
      const whole = calls.map(({ tid, size }, index) => `${tid} ${index + 1}.25 madvise(${args(size, index).join(', ')}) = 0`);
      const torn = calls.flatMap(({ tid, size, cut }, index) => {
        const parts = args(size, index);
        const [begin, end] = [parts.slice(0, cut).join(', '), parts.slice(cut).join(', ')];
        const comma = cut > 0 && cut < 3 ? ', ' : '';
        return [
          `${tid} ${index + 1}.25 madvise(${begin}${comma} <unfinished ...>`,
          `${tid} ${index + 1}.5 <... madvise resumed>${end}) = 0`,
        ];
      });
      expect(parseStrace(torn)).toEqual(parseStrace(whole));
      expect(parseStrace(whole)).toHaveLength(calls.length);
    }),
  );
});

test('no text breaks the parser', () => {
  fc.assert(fc.property(fc.array(fc.string()), (lines) => void summariseTrace(parseStrace(lines), context)));
});

test('a number that the kernel gave again, to a descendant, is a process of its own', () => {
  const lines = [
    '1 1.0 execve("/bin/sh", ["sh"], 0x7ffd /* 3 vars */) = 0',
    '1 1.1 fork() = 4',
    '4 1.2 fork() = 1',
    '1 1.3 brk(NULL) = 0x1000',
    '4 1.4 brk(NULL) = 0x2000',
  ];
  const { threads } = summariseTrace(parseStrace(lines), context);
  const brk = [{ call: 'brk', count: 1, failed: 0 }];
  expect(threads).toEqual([
    { tid: 1, name: 'sh', calls: brk },
    { tid: 4, name: 'sh', calls: brk },
  ]);
  // Neither is known before, and each is said to be the other's child.
  expect(() => summariseTrace(parseStrace(['1 1.0 fork() = 4', '4 1.1 clone() = 1']), context)).not.toThrow();
});

test('a long line of descendants whose forks return in the reverse order', () => {
  const generations = 20_011;
  const forks = Array.from({ length: generations }, (_, index) => `${generations - index} 1.1 fork() = ${generations - index + 1}`);
  const { threads } = summariseTrace(parseStrace([...forks, `${generations + 1} 1.2 brk(NULL) = 0x1000`]), context);
  expect(threads.map(({ tid }) => tid)).toEqual([generations + 1]);
});

test('an address set counts what a set of pages counts', () => {
  const step = fc.record({ adds: fc.boolean(), start: fc.nat(60), length: fc.nat(20) });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const [set, naive] = [new AddressSet(), new Set<number>()];
      for (const { adds, start, length } of steps) {
        const before = naive.size;
        for (let at = start; at < start + length; at++) adds ? naive.add(at) : naive.delete(at);
        const range = { start, end: start + length };
        expect(adds ? set.add(range) : set.remove(range)).toBe(Math.abs(naive.size - before));
      }
    }),
  );
});
