import { bytesPerMiB } from '../model/units.ts';

const bytesPerGiB = 1024 * bytesPerMiB;

interface TrimCost {
  /** Whatever comes back. */
  fixedMs: number;
  msPerGiB: number;
}

/**
 * No trim of 100 MiB to 4 GiB took more time on a processor: bench/results/give-back.json, by npm run bench:give-back (glibc 2.36, jemalloc 5.3.0, gperftools 2.10, mimalloc 2.0.9),
 * and a run before it on the same machine, with more other work.
 */
const costs: Readonly<Record<string, TrimCost>> = {
  glibc: { fixedMs: 20, msPerGiB: 98 },
  jemalloc: { fixedMs: 30, msPerGiB: 156 },
  tcmalloc: { fixedMs: 40, msPerGiB: 206 },
  mimalloc: { fixedMs: 30, msPerGiB: 183 },
};

/**
 * How long an allocator is at it when it gives so many bytes back: an upper bound, of the machine where it was measured, where a processor is free. A thread that allocates may
 * wait for a part of it, on tcmalloc for all of it. Undefined for an allocator that was not measured.
 */
export function expectedTrimMs(allocator: string, bytes: number): number | undefined {
  const cost = Object.hasOwn(costs, allocator) ? costs[allocator] : undefined;
  return cost && Math.ceil(cost.fixedMs + (Math.max(0, bytes) / bytesPerGiB) * cost.msPerGiB);
}
