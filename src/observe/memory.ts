import { allocatorNamed } from '../allocators/registry.ts';
import type { AllocatorEvidence } from '../model/doctor.ts';
import type { HeapInspection } from '../model/inspection.ts';
import type { Unknown } from '../model/unknown.ts';
import type { Mapping } from '../parse/smaps.ts';
import { type HugePageSample, sampleHugePages } from '../process/huge-page-sample.ts';
import { type HugePageSettings, readHugePageSettings } from '../process/huge-page-settings.ts';
import { findImageHeap, type ImageHeap } from '../process/image-heap.ts';
import { withPageMap } from '../process/page-map.ts';
import { readThreadPlacesInPieces, type ThreadPlace } from '../process/threads.ts';
import { TimeSlices } from '../process/time-slices.ts';
import type { JvmFacts } from './jvm.ts';
import { readMappings } from './mappings.ts';
import { readMemoryDevices } from './memory-devices.ts';
import { type DividedRss, divideRss } from './regions/divide.ts';

export interface MemoryOptions<Inspection> {
  allocator: AllocatorEvidence['name'];
  isJvm: boolean;
  /** `noFacts` of what is no JVM, or was not asked. */
  jvm: JvmFacts;
  /** The inspector of malloc's heaps; undefined where it told nothing. Not called where another allocator than glibc's is known to serve the process. */
  inspect: () => Promise<Inspection | undefined>;
  /**
   * Whether it is called where no allocator is known: that of a static program is told by its file alone, which may be packed, or larger than is read. Heaps of glibc are told
   * by themselves. Default: false.
   */
  walksUnknown?: boolean;
  /** Read some pages within huge pages: how much of these is zeros. Takes some 30 ms. Default: false. */
  readsHugePages?: boolean;
  /** Calls it off: it rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

export interface Memory<Inspection> extends DividedRss {
  /** `glibc` where the inspector found its heaps, else as it was told. */
  allocator: AllocatorEvidence['name'];
  mappings: Mapping[];
  threads: ThreadPlace[];
  inspection: Inspection | undefined;
  /** Of a native image of GraalVM. */
  imageHeap: ImageHeap | undefined;
  /** Of a process that has huge pages, when they were to be read. */
  hugePages: HugePages | undefined;
  /** Of the mounts alone. */
  unknown: Unknown[];
}

/** How this machine gives out huge pages, and what those of a process hold. */
export interface HugePages {
  settings: HugePageSettings;
  /** Undefined where the page map may not be read. */
  sample: HugePageSample | undefined;
}

const noDevices: ReadonlySet<string> = new Set();

/**
 * The RSS of a process by part, and what it is divided by, each read once. A JVM is to have answered before, since it allocates for that: some 5 MiB the first
 * time. And the heaps are read next to the mappings, which they are to agree with.
 *
 * @throws OffheapError NO_SUCH_PROCESS or NO_PERMISSION
 */
export async function readMemory<Inspection extends Pick<HeapInspection, 'ranges'>>(
  pid: number,
  { allocator: told, isJvm, jvm, inspect, walksUnknown = false, readsHugePages = false, signal }: MemoryOptions<Inspection>,
): Promise<Memory<Inspection>> {
  const mayBeGlibc = walksUnknown && told === 'unknown';
  const inspection = mayBeGlibc || allocatorNamed(told).sight.byInspector ? await inspect() : undefined;
  const allocator = mayBeGlibc && inspection ? 'glibc' : told;
  const mappings = await readMappings(pid, { signal });
  const { value: memoryDevices = noDevices, unknown } = await readMemoryDevices(pid);
  const threads = await readThreadPlacesInPieces(pid);
  const hugePages = readsHugePages ? await readHugePages(pid, mappings, signal) : undefined;
  const imageHeap = isJvm ? undefined : findImageHeap(pid);
  const readings = { mappings, threads, jvm, inspection, allocator, memoryDevices, isJvm, imageHeap, hugePages: hugePages?.sample };
  const divided = await withPageMap(pid, (presentBytes) => divideRss(readings, presentBytes, new TimeSlices(signal)));
  return { allocator, mappings, threads, inspection, imageHeap, hugePages, ...divided, unknown };
}

async function readHugePages(
  pid: number,
  mappings: readonly Mapping[],
  signal: AbortSignal | undefined,
): Promise<HugePages | undefined> {
  const withHuge = mappings.filter(({ hugeBytes }) => hugeBytes > 0);
  const settings = withHuge.length > 0 ? readHugePageSettings() : undefined;
  if (!settings) return undefined;
  const sample = await sampleHugePages(pid, withHuge, { hugeBytes: settings.pageBytes, slices: new TimeSlices(signal) });
  return { settings, sample };
}
