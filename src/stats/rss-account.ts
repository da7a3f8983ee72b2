import type { Evidence } from '../model/doctor.ts';
import { mallocRss, rssOf } from './process-figures.ts';

/** The whole account of a process in a few parts, which a person on call tells apart. They sum to RSS, or to the container's limit where there is one. */
export const accountParts = [
  'heap',
  'malloc in use',
  'malloc kept free',
  'malloc',
  'other',
  'others in the container',
  'free',
] as const;
export type AccountPart = (typeof accountParts)[number];

export interface RssAccount {
  /** In this order; those that have nothing are left out. */
  parts: { name: AccountPart; bytes: number }[];
  /** Of the memory cgroup, page cache excepted. */
  limitBytes?: number;
}

/** `malloc` stands for `in use` and `kept free` where the heaps were not read. */
export function accountOf(evidence: Evidence): RssAccount {
  const { rssBytes, cgroup } = evidence;
  const heapBytes = rssOf(evidence, 'java heap');
  const mallocBytes = rssOf(evidence, 'glibc main', 'glibc arenas', 'glibc mmapped', 'allocator');
  const figures = mallocRss(evidence);
  // Two looks at one moving process: no part is less than nothing, nor more than what it is a part of.
  const keptBytes = Math.min(figures?.freeRssBytes ?? 0, mallocBytes);
  const limitBytes = cgroup?.limitBytes;
  const usedBytes = Math.max(rssBytes, limitBytes === undefined ? 0 : (cgroup?.usageBytes ?? 0));
  const sizes: Record<AccountPart, number> = {
    heap: heapBytes,
    'malloc in use': figures ? mallocBytes - keptBytes : 0,
    'malloc kept free': keptBytes,
    malloc: figures ? 0 : mallocBytes,
    other: Math.max(0, rssBytes - heapBytes - mallocBytes),
    'others in the container': usedBytes - rssBytes,
    free: limitBytes === undefined ? 0 : Math.max(0, limitBytes - usedBytes),
  };
  const parts = accountParts.map((name) => ({ name, bytes: sizes[name] })).filter(({ bytes }) => bytes > 0);
  return { parts, ...(limitBytes === undefined ? {} : { limitBytes }) };
}
