import type { Evidence, GrowthEvidence } from '../model/doctor.ts';
import { rssOf } from './rules/figures.ts';

/** The second look with what changed since the first. */
export function withGrowth(first: Evidence, second: Evidence): Evidence {
  return { ...second, growth: growthOf(first, second) };
}

function growthOf(first: Evidence, second: Evidence): GrowthEvidence {
  const mallocLiveBytes = difference(liveBytes(first), liveBytes(second));
  const zlibBytes = difference(first.malloc?.census.bytes, second.malloc?.census.bytes);
  return {
    intervalMs: second.uptimeMs - first.uptimeMs,
    rssBytes: second.rssBytes - first.rssBytes,
    threads: second.threads - first.threads,
    javaHeapRssBytes: rssOf(second, 'java heap') - rssOf(first, 'java heap'),
    ...(mallocLiveBytes === undefined ? {} : { mallocLiveBytes }),
    ...(zlibBytes === undefined ? {} : { zlibBytes }),
  };
}

function liveBytes({ malloc, counters }: Evidence): number | undefined {
  return malloc === undefined ? counters?.liveBytes : malloc.totals.liveBytes + malloc.mmapped.sizeBytes;
}

function difference(first: number | undefined, second: number | undefined): number | undefined {
  return first === undefined || second === undefined ? undefined : second - first;
}
