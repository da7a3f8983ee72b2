import { heapOfCounters } from './collections.ts';
import type { HeapInfo } from './heap-info.ts';

/** What jvmstat's counters alone tell of a JVM that answers nothing any more. Those of the heap are of its last collection. */
export interface CoreCounters {
  /** As the JVM names itself, such as `17.0.15+6`; of JDK 8 without its build. */
  version?: string;
  vm?: string;
  uptimeMs?: number;
  /** Words of its command line, and of the variables that add to it. */
  arguments: string[];
  heap: Pick<HeapInfo, 'collector' | 'committedBytes' | 'usedBytes'>;
  /** The largest size that the heap may have. */
  reservedBytes?: number;
}

/** By the name of its first collector, which differs by version (jdk: each collector's CollectorCounters). ZGC without generations begins with number 2. */
const collectors: readonly (readonly [HeapInfo['collector'], RegExp])[] = [
  ['G1', /^G1 /],
  ['Parallel', /^(?:PSScavenge|Parallel )/],
  ['CMS', /^(?:PCopy|ParNew)$/],
  ['Serial', /^(?:Copy|DefNew|Serial )/],
  ['ZGC', /^(?:Z |ZGC)/],
  ['Shenandoah', /^Shenandoah/],
];

/** jdk: runtime/statSampler.cpp, gc/shared/generationCounters.cpp. */
export function parseCoreCounters(counters: ReadonlyMap<string, string>): CoreCounters {
  const name = counters.get('sun.gc.collector.0.name') ?? counters.get('sun.gc.collector.2.name') ?? '';
  const collector = collectors.find(([, pattern]) => pattern.test(name))?.[0] ?? 'unknown';
  const version = versionOf(counters);
  const vm = counters.get('java.property.java.vm.name');
  const uptimeMs = uptimeOf(counters);
  const reservedBytes = reservedOf(counters, collector);
  return {
    ...(version === undefined ? {} : { version }),
    ...(vm === undefined ? {} : { vm }),
    ...(uptimeMs === undefined ? {} : { uptimeMs }),
    arguments: (counters.get('java.rt.vmArgs') ?? '').split(' ').filter((word) => word !== ''),
    heap: { collector, ...heapOfCounters(counters) },
    ...(reservedBytes === undefined ? {} : { reservedBytes }),
  };
}

/** The VM's own, `17.0.15+6-Debian-1deb12u1`; JDK 8 has another numbering there, `25.402-b06`. */
function versionOf(counters: ReadonlyMap<string, string>): string | undefined {
  const [told] = /^\d[\d.]*\+\d+/.exec(counters.get('java.property.java.vm.version') ?? '') ?? [];
  return told ?? counters.get('java.property.java.version');
}

function uptimeOf(counters: ReadonlyMap<string, string>): number | undefined {
  const seconds = Number(counters.get('sun.os.hrt.ticks')) / Number(counters.get('sun.os.hrt.frequency'));
  return Number.isFinite(seconds) && seconds >= 0 ? Math.round(seconds * 1000) : undefined;
}

/** A generation of G1 or ZGC may have all of the heap, those of others have a part each. Whole KiB: G1 adds some bytes, lest a counter be 0. */
function reservedOf(counters: ReadonlyMap<string, string>, collector: HeapInfo['collector']): number | undefined {
  const sizes = [...counters]
    .filter(([name]) => /^sun\.gc\.generation\.\d+\.maxCapacity$/.test(name))
    .map(([, size]) => Number(size));
  if (sizes.length === 0 || !sizes.every((size) => Number.isSafeInteger(size) && size >= 0)) return undefined;
  const bytes = collector === 'G1' || collector === 'ZGC' ? Math.max(...sizes) : sizes.reduce((sum, size) => sum + size, 0);
  return Number.isSafeInteger(bytes) ? bytes - (bytes % 1024) : undefined;
}
