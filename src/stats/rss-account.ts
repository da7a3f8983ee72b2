import type { Evidence } from '../model/doctor.ts';
import type { DoctorFile } from '../model/doctor-file.ts';
import { type PartKind, rssParts } from './rss-parts.ts';

/** The whole account of a process in a few parts, which a person on call tells apart. They sum to RSS, or to the container's limit where there is one. */
export const accountParts = [
  'heap',
  'malloc in use',
  'malloc kept free',
  'malloc not read',
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

const accountOfKind: Partial<Record<PartKind, AccountPart>> = {
  heap: 'heap',
  'in-use': 'malloc in use',
  trimmable: 'malloc kept free',
  kept: 'malloc kept free',
  cached: 'malloc kept free',
  unread: 'malloc not read',
  malloc: 'malloc',
};

/** `malloc` stands for `in use` and `kept free` where the heaps were not read; where a part of them was not, `not read` stands for that. */
export function accountOf(evidence: Evidence): RssAccount {
  const divided = rssParts(evidence);
  const bytesOf = (name: AccountPart) =>
    divided.reduce((sum, { kind, bytes }) => sum + ((accountOfKind[kind] ?? 'other') === name ? bytes : 0), 0);
  const repeatedBytes = evidence.cgroup?.limitBytes === undefined ? 0 : repeatedHeapBytes(evidence);
  const { limitBytes, othersBytes, freeBytes } = limitAccount({ ...evidence, rssBytes: evidence.rssBytes - repeatedBytes });
  const known: Partial<Record<AccountPart, number>> = {
    heap: bytesOf('heap') - repeatedBytes,
    'others in the container': othersBytes,
    free: freeBytes,
  };
  const parts = accountParts.map((name) => ({ name, bytes: known[name] ?? bytesOf(name) })).filter(({ bytes }) => bytes > 0);
  return { parts, ...(limitBytes === undefined ? {} : { limitBytes }) };
}

/** What RSS counts once more than there is, where a heap is mapped at several addresses: a limit counts each page once. */
export function repeatedHeapBytes({ jvm }: Pick<DoctorFile['evidence'], 'jvm'>): number {
  return jvm?.heap?.occupiedBytes === undefined ? 0 : jvm.heap.rssBytes - jvm.heap.occupiedBytes;
}

interface WithLimit {
  rssBytes: number;
  cgroup?: Pick<NonNullable<Evidence['cgroup']>, 'limitBytes' | 'usageBytes'>;
}

/** What of a memory limit is not this process's RSS; without a limit nothing. */
export function limitAccount({ rssBytes, cgroup }: WithLimit): {
  limitBytes: number | undefined;
  /** Page cache and other processes. */
  othersBytes: number;
  freeBytes: number;
} {
  const limitBytes = cgroup?.limitBytes;
  if (limitBytes === undefined) return { limitBytes, othersBytes: 0, freeBytes: 0 };
  const usedBytes = Math.max(rssBytes, cgroup?.usageBytes ?? 0);
  return { limitBytes, othersBytes: usedBytes - rssBytes, freeBytes: Math.max(0, limitBytes - usedBytes) };
}
