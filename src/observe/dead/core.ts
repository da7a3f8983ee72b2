import type { CoreOrigin } from '../../model/core-origin.ts';
import type { DeadMemory } from '../../model/dead.ts';
import type { Evidence } from '../../model/doctor.ts';
import { OffheapError } from '../../model/errors.ts';
import type { HeapInspection } from '../../model/inspection.ts';
import { present } from '../../model/present.ts';
import { printable } from '../../model/printable.ts';
import type { CoreFile } from '../../native/core-file.ts';
import { inspectCoreHeap } from '../../native/core-heap.ts';
import { parseCoreCounters } from '../../parse/core-counters.ts';
import type { Mapping } from '../../parse/smaps.ts';
import { sumJavaHeap, zHeapRanges } from '../heap-range.ts';
import { type JvmFacts, noFacts } from '../jvm.ts';
import { toJvmEvidence } from '../jvm-evidence.ts';
import { sumOf } from '../mappings.ts';
import { nameLibraries, ownLibraries } from '../own-libraries.ts';
import { areWorthALook, classesFollowed, toEvidence } from '../owners-look.ts';
import { runtimeOf } from '../runtime.ts';
import type { CoreContent } from './core-content.ts';
import { divideCore, findJavaHeap, toMappings } from './core-map.ts';
import { originOf } from './core-origin.ts';
import { type OwnersOfCore, ownersOfCore } from './core-owners.ts';
import { type CoreOptions, type CoreProcess, coreBudgetMs, withCoreProcess } from './core-process.ts';

/** What a core file tells, in values. */
export interface CoreDeath {
  origin: CoreOrigin;
  isWhole: boolean;
  isJvm: boolean;
  /** Bytes of mapped files that the core has not. */
  filesBytes: number;
  threadsLeft: number;
  memory: DeadMemory;
  /** For the rules that judge living processes: what holds something is in the place of RSS. */
  evidence: Evidence;
  hasCounters: boolean;
  /** Where malloc's heaps could not be read. */
  whyNoHeaps?: string;
  /** Where owners were looked for and not found. */
  whyNoOwners?: string;
  /** Nothing tells whether the libjvm.so by which the Java heap was read is the core's. */
  isImageUnchecked: boolean;
  areThreadsNamed: boolean;
}

/** As many as the doctor looks at of a living process. */
const mostSizes = 4096;

/** Reads a core file. @throws OffheapError INVALID_FILE for what is none of this kind of machine, MISSING_FILE, INSPECT_FAILED */
export async function readCore(path: string, options: CoreOptions): Promise<CoreDeath> {
  return await withCoreProcess(path, options, (process) => deathOf(process, options));
}

async function deathOf(process: CoreProcess, { sysroot, signal }: CoreOptions): Promise<CoreDeath> {
  const { core, content, mappedFiles, isJvm, allocator } = process;
  const heaps = await inspect(core, content.glibcVersion);
  const inspection = heaps instanceof OffheapError ? undefined : heaps;
  const mappings = toMappings(core, inspection);
  const isTelling = inspection !== undefined && areWorthALook(inspection);
  const owners = isTelling || isJvm ? await lookForOwners(process, mappings, { sysroot, signal }) : {};
  const jvm = isJvm ? factsOf(content, mappings) : noFacts;
  const names = owners.found?.threadNames;
  const threads = core.threads.map(({ tid, stackPointer }) => {
    return { tid, innerTid: tid, name: names?.get(tid) ?? `thread ${tid}`, stackPointer };
  });
  const { regions, parts } = await divideCore(mappings, { jvm, threads, inspection, allocator: allocator.name, isJvm });
  const filledBytes = sumOf(mappings, 'rssBytes');
  const libraries = ownLibraries(mappings, allocator);
  const runtime = isJvm ? undefined : runtimeOf({ mappedFiles });
  const told = toJvmEvidence(jvm, { heapRss: sumJavaHeap(mappings, jvm.heapRanges), counters: content.counters });
  const evidence: Evidence = {
    pid: core.pid,
    command: process.command,
    takenAt: new Date(0).toISOString(),
    uptimeMs: jvm.uptimeMs ?? 0,
    rssBytes: filledBytes,
    swapBytes: 0,
    threads: core.threads.length + core.threadsLeft,
    regions,
    allocator,
    ...(inspection ? { malloc: inspection } : {}),
    ...(isTelling && owners.found ? { owners: toEvidence(owners.found.told) } : {}),
    ...(runtime ? { runtime } : {}),
    ...(libraries.length > 0 ? { libraries: nameLibraries(libraries) } : {}),
    isJvm,
    ...(told ? { jvm: { ...told, canTrim: false } } : {}),
    unknown: [],
  };
  return {
    origin: originOf(core),
    isWhole: !core.isCut,
    isJvm,
    filesBytes: filesNotDumped(core),
    threadsLeft: core.threadsLeft,
    memory: {
      virtualBytes: mappings.reduce((sum, { start, end }) => sum + end - start, 0),
      committedBytes: parts.reduce((sum, { committedBytes }) => sum + committedBytes, 0),
      dumpedBytes: core.mappings.reduce((sum, { dumpedBytes }) => sum + dumpedBytes, 0),
      filledBytes,
      ...(core.missingBytes > 0 ? { missingBytes: core.missingBytes } : {}),
      mappings: mappings.length,
      parts,
    },
    evidence,
    hasCounters: content.counters !== undefined,
    ...(heaps instanceof OffheapError ? { whyNoHeaps: heaps.message } : {}),
    ...(isTelling ? present('whyNoOwners', owners.whyNot) : {}),
    isImageUnchecked: owners.found?.isImageUnchecked === true,
    areThreadsNamed: names !== undefined && names.size > 0,
  };
}

async function inspect(core: CoreFile, glibcVersion: string | undefined): Promise<HeapInspection | OffheapError> {
  try {
    return await inspectCoreHeap(core, { glibcVersion, budgetMs: coreBudgetMs, sizes: mostSizes });
  } catch (error) {
    if (error instanceof OffheapError) return error;
    throw error;
  }
}

/** As of a living process, where so much is in use that it matters; of a JVM in any case, since it names threads. */
async function lookForOwners(
  process: CoreProcess,
  mappings: readonly Mapping[],
  options: Pick<CoreOptions, 'sysroot' | 'signal'>,
): Promise<{ found?: OwnersOfCore; whyNot?: string }> {
  try {
    return { found: await ownersOfCore(process, mappings, { ...options, budgetMs: coreBudgetMs, holders: classesFollowed }) };
  } catch (error) {
    if (error instanceof OffheapError) return { whyNot: error.message };
    throw error;
  }
}

function filesNotDumped({ mappings }: CoreFile): number {
  return mappings
    .filter(({ path }) => path.startsWith('/'))
    .reduce((sum, { start, end, dumpedBytes }) => sum + end - start - dumpedBytes, 0);
}

/** What a JVM says of itself in its counters. Which flags were set by default they do not tell. */
function factsOf({ counters, argv }: CoreContent, mappings: readonly Mapping[]): JvmFacts {
  const ofZ = zHeapRanges(mappings);
  if (!counters) return { ...noFacts, heapRanges: ofZ ?? [], flags: flagsOf(argv) };
  const { version, vm, uptimeMs, heap, reservedBytes = 0, arguments: words } = parseCoreCounters(counters);
  const found = ofZ ? undefined : findJavaHeap(mappings, [reservedBytes, heap.committedBytes ?? 0]);
  const ranges = ofZ ?? (found ? [found] : []);
  return {
    ...noFacts,
    ...present('version', version),
    ...present('uptimeMs', uptimeMs),
    flags: flagsOf(words),
    heap: { ...heap, ranges },
    info: { ...noFacts.info, ...present('jvm', vm) },
    heapRanges: ranges,
  };
}

function flagsOf(words: readonly string[]): string[] {
  return words.filter((word) => word.startsWith('-X')).map(printable);
}
