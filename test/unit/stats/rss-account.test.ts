import { expect, test } from 'vitest';
import { accountOf } from '../../../src/stats/rss-account.ts';
import { evidenceOf, figures, mallocOf, mib, regionsOf } from '../../fixtures/evidence.ts';

const regions = regionsOf({ 'java heap': 101, 'glibc main': 3, 'glibc arenas': 73, metaspace: 61, libraries: 19 });
const rssBytes = mib(257);
const malloc = mallocOf(figures(29, { pageBytes: 41, subPageBytes: 6 }));
const sizesOf = (account: ReturnType<typeof accountOf>) =>
  Object.fromEntries(account.parts.map(({ name, bytes }) => [name, bytes / mib(1)]));

test('without a limit the parts sum to RSS', () => {
  const account = accountOf(evidenceOf({ regions, rssBytes, malloc }));
  expect(sizesOf(account)).toEqual({ heap: 101, 'malloc in use': 29, 'malloc kept free': 47, other: 80 });
  expect(account).not.toHaveProperty('limitBytes');
});

test('within a limit they sum to the limit, others of the container among them', () => {
  const cgroup = { version: 2, limitBytes: mib(509), usageBytes: mib(283) } as const;
  const account = accountOf(evidenceOf({ regions, rssBytes, malloc, cgroup }));
  expect(sizesOf(account)).toEqual({
    ...{ heap: 101, 'malloc in use': 29, 'malloc kept free': 47, other: 80 },
    ...{ 'others in the container': 26, free: 226 },
  });
  expect(account.limitBytes).toBe(mib(509));
});

test('shared pages that another container pays for: nothing is less than nothing', () => {
  const cgroup = { version: 2, limitBytes: mib(251), usageBytes: mib(200) } as const;
  expect(sizesOf(accountOf(evidenceOf({ regions, rssBytes, malloc, cgroup })))).toEqual({
    ...{ heap: 101, 'malloc in use': 29, 'malloc kept free': 47, other: 80 },
  });
});

test('of heaps that were not read only the whole is known', () => {
  const { malloc: _, ...unread } = evidenceOf({ regions, rssBytes });
  expect(sizesOf(accountOf(unread))).toEqual({ heap: 101, malloc: 76, other: 80 });
});

test('what is in tcaches and fastbins is kept free, and what was not read stands beside it', () => {
  const totals = { ...figures(29, { pageBytes: 41 }), unknownBytes: mib(5), tcacheBytes: mib(4), unreadableRssBytes: mib(11) };
  expect(sizesOf(accountOf(evidenceOf({ regions, rssBytes, malloc: mallocOf(totals) })))).toEqual({
    ...{ heap: 101, 'malloc in use': 20, 'malloc kept free': 45, 'malloc not read': 11, other: 80 },
  });
});
