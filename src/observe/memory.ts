import { allocatorNamed } from '../allocators/registry.ts';
import type { AllocatorEvidence } from '../model/doctor.ts';
import type { HeapInspection } from '../model/inspection.ts';
import type { Unknown } from '../model/unknown.ts';
import type { Mapping } from '../parse/smaps.ts';
import { withPageMap } from '../process/page-map.ts';
import { readThreadPlaces, type ThreadPlace } from '../process/threads.ts';
import type { JvmFacts } from './jvm.ts';
import { readMappings } from './mappings.ts';
import { readMemoryDevices } from './memory-devices.ts';
import { type DividedRss, divideRss } from './regions/divide.ts';

export interface MemoryOptions {
  allocator: AllocatorEvidence['name'];
  isJvm: boolean;
  /** `noFacts` of what is no JVM, or was not asked. */
  jvm: JvmFacts;
  /** The inspector of malloc's heaps; undefined where it told nothing. Not called where another allocator than glibc's serves the process. */
  inspect: () => Promise<HeapInspection | undefined>;
  /** Calls it off: it rejects with the signal's reason. */
  signal?: AbortSignal;
}

export interface Memory extends DividedRss {
  mappings: Mapping[];
  threads: ThreadPlace[];
  inspection: HeapInspection | undefined;
  /** Of the mounts alone. */
  unknown: Unknown[];
}

const noDevices: ReadonlySet<string> = new Set();

/**
 * The RSS of a process by part, and what it is divided by, each read once. A JVM is to have answered before, since it allocates for that: some 5 MiB the first
 * time. And the heaps are read next to the mappings, which they are to agree with.
 *
 * @throws OffheapError NO_SUCH_PROCESS or NO_PERMISSION
 */
export async function readMemory(pid: number, { allocator, isJvm, jvm, inspect, signal }: MemoryOptions): Promise<Memory> {
  const inspection = allocatorNamed(allocator).sight.byInspector ? await inspect() : undefined;
  const mappings = await readMappings(pid, signal);
  const { value: memoryDevices = noDevices, unknown } = await readMemoryDevices(pid);
  signal?.throwIfAborted();
  const threads = readThreadPlaces(pid);
  const readings = { mappings, threads, jvm, inspection, allocator, memoryDevices, isJvm };
  const divided = withPageMap(pid, (presentBytes) => divideRss(readings, presentBytes));
  return { mappings, threads, inspection, ...divided, unknown };
}
