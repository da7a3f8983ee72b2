import { allocatorNamed } from '../allocators/registry.ts';
import type { Evidence, JvmEvidence } from '../model/doctor.ts';
import type { Mapping } from '../parse/smaps.ts';
import { shortenCommand } from '../process/command-line.ts';
import { sumJavaHeap } from './heap-range.ts';
import { toJvmEvidence } from './jvm-evidence.ts';
import { sumOf } from './mappings.ts';
import { nameLibraries } from './own-libraries.ts';
import { type InspectHeap, type ReadingOptions, type Readings, takeReadings } from './readings.ts';
import { groupThreads } from './thread-groups.ts';

export interface CollectOptions extends Partial<ReadingOptions> {
  inspect: InspectHeap;
}

const defaults = { histogram: false, nmtRanges: false, timeoutMs: 1000, budgetMs: 1500 };

/**
 * Everything that can be known of a process from outside: nothing is loaded into it, and it is not stopped. What could not be looked at is in
 * `unknown`.
 *
 * @throws OffheapError NO_SUCH_PROCESS, PROCESS_ENDED when it ends meanwhile, or NO_PERMISSION.
 */
export async function collectEvidence(pid: number, options: CollectOptions): Promise<Evidence> {
  return toEvidence(await takeReadings(pid, { ...defaults, ...options }));
}

/** Most of a program's threads are of its largest pools. */
const mostGroups = 10;

/** Pure. */
export function toEvidence(readings: Readings): Evidence {
  const { identity, argv, mappings, inspection, cgroup, counters, allocator } = readings;
  const jvm = jvmOf(readings);
  const hugePages = toHugePages(readings);
  const hugetlbBytes = sumOf(mappings, 'hugetlbBytes');
  const lazyFreeBytes = sumOf(mappings, 'lazyFreeBytes');
  return {
    pid: identity.pid,
    command: shortenCommand(argv),
    takenAt: readings.takenAt,
    measuredAt: readings.measuredAt,
    uptimeMs: identity.uptimeMs,
    rssBytes: sumOf(mappings, 'rssBytes'),
    ...(hugetlbBytes > 0 ? { hugetlbBytes } : {}),
    ...(hugePages ? { hugePages } : {}),
    ...(lazyFreeBytes > 0 ? { lazyFreeBytes } : {}),
    swapBytes: sumOf(mappings, 'swapBytes'),
    threads: identity.threads,
    ...(jvm?.threads ? {} : { threadGroups: groupThreads(readings.threads).slice(0, mostGroups) }),
    regions: readings.regions,
    ...(cgroup ? { cgroup } : {}),
    allocator,
    ...(inspection ? { malloc: inspection } : {}),
    ...(readings.owners ? { owners: readings.owners } : {}),
    ...(counters ? { counters } : {}),
    ...(readings.runtime ? { runtime: readings.runtime } : {}),
    ...(readings.libraries.length > 0 ? { libraries: nameLibraries(readings.libraries) } : {}),
    isJvm: readings.isJvm,
    ...(jvm ? { jvm } : {}),
    unknown: readings.unknown,
  };
}

function toHugePages({ hugePages, mappings, identity }: Readings): Evidence['hugePages'] {
  if (!hugePages) return undefined;
  const { settings, sample } = hugePages;
  const pages = sample?.pages ?? [];
  return {
    bytes: sumOf(mappings, 'hugeBytes'),
    advisedBytes: sumOf(mappings.filter(isAdvised), 'hugeBytes'),
    sampledPages: pages.length,
    zeroPages: pages.filter(({ isZero }) => isZero).length,
    isSwitchedOff: identity.hasNoHugePages,
    ...settings,
  };
}

function isAdvised({ vmFlags }: Mapping): boolean {
  return vmFlags.split(' ').includes('hg');
}

function makersOf(found: Readings['blockMakers']): Pick<JvmEvidence, 'blockMakers' | 'netty' | 'directBufferObjects'> {
  if (!found) return {};
  const { makers, netty, directBuffers } = found;
  return {
    blockMakers: makers,
    ...(netty.length > 0 ? { netty } : {}),
    ...(directBuffers === undefined ? {} : { directBufferObjects: directBuffers }),
  };
}

function jvmOf({ jvm, mappings, perfData, allocator, blockMakers }: Readings): Evidence['jvm'] {
  if (!jvm) return undefined;
  const told = toJvmEvidence(jvm, { heapRss: sumJavaHeap(mappings, jvm.heapRanges), counters: perfData });
  // The JVM's command asks glibc, which has nothing to give back under another allocator.
  return (
    told && {
      ...told,
      ...makersOf(blockMakers),
      canTrim: told.canTrim && allocatorNamed(allocator.name).sight.byJvm,
    }
  );
}
