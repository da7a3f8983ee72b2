import { expect, test } from 'vitest';
import { describeGaps, describeRead, isNearlyAllRead, mallocRead } from '../../../src/stats/malloc-read.ts';
import { figures, mallocOf, mib } from '../../fixtures/evidence.ts';

const mmapped = { chunks: 1, sizeBytes: mib(30), rssBytes: mib(20) };
const sampleOf = (relativeError: number) => ({ heapsWalked: 2, heapsTotal: 9, relativeError });

test('all of it', () => {
  const malloc = mallocOf(figures(70, { pageBytes: 10 }), { mmapped });
  expect(mallocRead(malloc)).toEqual({
    rssBytes: mib(100),
    unreadBytes: 0,
    estimatedBytes: 0,
    share: 1,
    missingBytes: 0,
    uncertainBytes: 0,
  });
  expect(describeRead(malloc)).toBeUndefined();
});

test('what could not be read, of the resident bytes: address space does not count', () => {
  const totals = { ...figures(70, { pageBytes: 10 }), unreadableBytes: mib(500), unreadableRssBytes: mib(40) };
  const malloc = mallocOf(totals, { mmapped });
  expect(mallocRead(malloc)).toMatchObject({ unreadBytes: mib(40), share: 0.6, uncertainBytes: mib(40) });
  expect(describeRead(malloc)).toBe('60.0 % of malloc’s 100 MiB were read.');
});

test('a sample is uncertain by its error, and wholly where it is too small to tell that', () => {
  const totals = { ...figures(70, { pageBytes: 10 }), estimatedRssBytes: mib(60) };
  const told = mallocOf(totals, { mmapped, sample: sampleOf(0.25) });
  expect(mallocRead(told)).toMatchObject({ share: 0.4, estimatedBytes: mib(60), uncertainBytes: mib(2.5) });
  expect(describeRead(told)).toBe(
    '40.0 % of malloc’s 100 MiB were read, and other heaps are estimated from these: free memory to ±25.0 %.',
  );
  const untold = mallocOf(totals, { mmapped, sample: sampleOf(1) });
  expect(mallocRead(untold)).toMatchObject({ uncertainBytes: mib(60) });
  expect(describeRead(untold)).toMatch(/ are estimated from these: too few to tell the error\.$/);
});

test.each([
  [3, true],
  [3.1, false],
])('%d of 100 MiB unread', (unread, isNearly) => {
  const totals = { ...figures(80), unreadableBytes: mib(unread), unreadableRssBytes: mib(unread) };
  expect(isNearlyAllRead(mallocOf(totals, { mmapped }))).toBe(isNearly);
});

test('less than a page unread is not said to be all', () => {
  const totals = { ...figures(80), unreadableBytes: 16, unreadableRssBytes: 16 };
  expect(describeRead(mallocOf(totals, { mmapped }))).toBe('99.9 % of malloc’s 100 MiB were read.');
});

test('older results tell unreadable address space alone: as much of it is taken to be resident as may be', () => {
  const totals = { ...figures(10, { pageBytes: 10 }), unreadableBytes: mib(500) };
  expect(mallocRead(mallocOf(totals))).toMatchObject({ unreadBytes: mib(10), share: 0.5 });
});

test('what else the figures lack: blocks that glibc counts and nobody found, and lists that were not followed', () => {
  const lacking = (missingBytes: number, unfollowedLists?: number) =>
    describeGaps(mallocOf(figures(80), { mmapped: { ...mmapped, missingBytes }, ...(unfollowedLists ? { unfollowedLists } : {}) }));
  expect(lacking(mib(1) - 1)).toEqual([]);
  expect(lacking(mib(7), 1)).toEqual([
    'glibc counts 7 MiB more in blocks with a mapping of their own than were found.',
    'One list of tcaches and fastbins could not be followed to the end: blocks in the rest count as in use.',
  ]);
  expect(lacking(0, 1009)[0]).toMatch(/^1,009 lists of /);
});
