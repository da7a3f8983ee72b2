import { expect, test } from 'vitest';
import { imageHeaps } from '../../../src/observe/regions/image-heap.ts';
import { parseSmaps } from '../../fixtures/parse-smaps.ts';

/** pkl 0.30.2, a static native image, as it is mapped while it waits: its section .svm_heap begins at 0x2a50000 in the file. */
const pkl = `00400000-00401000 r--p 00000000 fe:00 7 /opt/pkl
00401000-00402000 r-xp 00001000 fe:00 7 /opt/pkl
00410000-02df4000 r-xp 00010000 fe:00 7 /opt/pkl
02e30000-02e43000 rw-p 02a30000 fe:00 7 /opt/pkl
02e50000-06300000 rw-p 02a50000 fe:00 7 /opt/pkl
06300000-06302000 rw-p 00000000 00:00 0
16e1b000-16e1c000 rw-p 00000000 00:00 0 [heap]
7fa33485f000-7fa334880000 rw-p 00000000 00:00 0
7fa334880000-7fa334900000 ---p 00000000 00:00 0
7fa334900000-7fa335c00000 r--p 02a50000 fe:00 7 /opt/pkl
7fa335c00000-7fa336ead000 rw-p 03d50000 fe:00 7 /opt/pkl
7fa336ead000-7fa337db0000 r--p 04ffd000 fe:00 7 /opt/pkl
7fa337db0000-7fa337e00000 ---p 00000000 00:00 0
7fa337e00000-7fa337f80000 rw-p 00000000 00:00 0
7fa337f80000-7fab34880000 ---p 00000000 00:00 0
7fab34880000-7fab34892000 rw-p 00000000 00:00 0
7fffe0163000-7fffe0184000 rw-p 00000000 00:00 0 [stack]
`;
const image = { path: '/opt/pkl', address: 0x2e50000, offset: 0x2a50000, bytes: 0x34b0000 };
const heap = (start: number, end: number, name = 'heap') => ({ start, end, kind: 'java heap', name });

test('the heap of a native image begins with what was built into it, and ends with its reservation', () => {
  const ranges = imageHeaps(parseSmaps(pkl), image);
  expect(ranges).toEqual([
    heap(0x7fa334900000, 0x7fa335c00000, 'image heap'),
    heap(0x7fa335c00000, 0x7fa336ead000, 'image heap'),
    heap(0x7fa336ead000, 0x7fa337db0000, 'image heap'),
    heap(0x7fa337db0000, 0x7fa337e00000),
    heap(0x7fa337e00000, 0x7fa337f80000),
    heap(0x7fa337f80000, 0x7fab34880000),
  ]);
  // With the pages that nobody may touch: 32 GiB, what compressed references reach.
  expect(0x7fab34880000 - 0x7fa334880000).toBe(2 ** 35);
});

test('where the whole reservation is in use it ends with what follows without a gap', () => {
  const full = pkl.replace('7fa337f80000-7fab34880000 ---p', '7fa337f80000-7fab34880000 rw-p').replace(/^7fa337db0000.*\n/m, '');
  expect(imageHeaps(parseSmaps(full), image).map(({ end }) => end)).toEqual([0x7fa335c00000, 0x7fa336ead000, 0x7fa337db0000]);
});

test('one that reserves nothing has the built objects in the program', () => {
  const old = pkl.replaceAll(/^7fa33[4-7].*(?:\/opt\/pkl|---p.*)\n/gm, '');
  expect(imageHeaps(parseSmaps(old), image)).toEqual([heap(0x2e50000, 0x6300000, 'image heap')]);
});

test('another program has none', () => {
  expect(imageHeaps(parseSmaps(pkl), undefined)).toEqual([]);
  expect(imageHeaps(parseSmaps(pkl), { ...image, path: '/opt/other' })).toEqual([]);
});
