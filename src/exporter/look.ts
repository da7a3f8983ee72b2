import { detectAllocator } from '../allocators/detect.ts';
import { allocatorNamed } from '../allocators/registry.ts';
import type { AllocatorEvidence, Region } from '../model/doctor.ts';
import { isGone, OffheapError } from '../model/errors.ts';
import type { HeapInspection } from '../model/inspection.ts';
import { parsePageMappings } from '../native/counter-source.ts';
import { openCounters } from '../native/counters.ts';
import { inspectHeap } from '../native/inspector.ts';
import { isZHeap } from '../observe/heap-range.ts';
import { readEnvironment, readProcFile, requireSame } from '../observe/identity.ts';
import { noFacts } from '../observe/jvm.ts';
import { readMappings, sumOf } from '../observe/mappings.ts';
import { readMemoryDevices } from '../observe/memory-devices.ts';
import { divideRss, type MemoryReadings } from '../observe/regions/divide.ts';
import { parseMappedFiles } from '../parse/maps.ts';
import type { Mapping } from '../parse/smaps.ts';
import { readMemoryCgroup } from '../process/cgroup.ts';
import { withPageMap } from '../process/page-map.ts';
import { readProgram } from '../process/program.ts';
import { readThreadPlaces } from '../process/threads.ts';
import { TimeSlices } from '../process/time-slices.ts';
import { askSeldom } from './attach.ts';
import type { JvmAnswersSeldom, Look, MallocLook, ReportFailure, Subject } from './subject.ts';

export interface LookOptions {
  /** Time between two questions to a JVM; undefined: it is never asked. */
  attachIntervalMs: number | undefined;
  /** For the walk of the malloc heaps. */
  inspectBudgetMs: number;
  report: ReportFailure;
  /** Calls it off: it rejects. */
  signal: AbortSignal;
}

/**
 * Looks at a process once: its RSS by part, its malloc heaps, its cgroup, and, seldom, what its JVM says. As the doctor does, but what does not change
 * is remembered, and the JVM is asked less.
 *
 * @throws OffheapError NO_SUCH_PROCESS when it has ended, NO_PERMISSION when it may not be looked at.
 */
export async function lookAt(subject: Subject, options: LookOptions): Promise<Look> {
  const { pid, isJvm } = subject;
  const maps = await readProcFile(pid, 'maps');
  const files = [...parseMappedFiles(maps)];
  const environment = await environmentOf(pid, options.report);
  const allocator = await rememberAllocator(subject, files, environment);
  openPage(subject, maps, options.report);
  const answers = isJvm ? await rememberAnswers(subject, files, environment, options) : undefined;
  const inspection = allocatorNamed(allocator.name).sight.byInspector ? await inspectOrReport(pid, options) : undefined;
  const mappings = await readMappings(pid, options);
  const memoryDevices = await memoryDevicesOf(pid, options.report);
  const memory = { mappings, inspection, allocator: allocator.name, memoryDevices, jvm: answers?.jvm ?? noFacts };
  const regions = await regionsOf(subject, memory, options);
  await requireSame(subject);
  const cgroup = readMemoryCgroup(pid);
  return {
    takenAtMs: Date.now(),
    rssBytes: sumOf(mappings, 'rssBytes'),
    swapBytes: sumOf(mappings, 'swapBytes'),
    // Without their names, each of which keeps the text alive that it was read in.
    regions: regions.map(({ kind, rssBytes }) => ({ kind, rssBytes })),
    ...nativeRss(mappings, regions, answers),
    allocator: allocator.name,
    ...(inspection ? { malloc: toMallocLook(inspection) } : {}),
    ...(cgroup ? { cgroup } : {}),
    ...(answers?.jvm.nmt ? { nmt: answers.jvm.nmt } : {}),
  };
}

/** Undefined when it may not be read: a process of another user, without CAP_DAC_READ_SEARCH. */
async function environmentOf(pid: number, report: ReportFailure): Promise<Map<string, string> | undefined> {
  try {
    const { environment, isCut } = await readEnvironment(pid);
    if (isCut) report('environment', 'INSPECT_FAILED');
    return environment;
  } catch (error) {
    if (!(error instanceof OffheapError) || error.code !== 'NO_PERMISSION') throw error;
    report('environment', error.code);
    return undefined;
  }
}

/** Which allocator serves a process is settled when its program is linked. Without its environment nobody knows what was preloaded. */
async function rememberAllocator(
  { pid, memory }: Subject,
  mappedFiles: readonly string[],
  environment: ReadonlyMap<string, string> | undefined,
): Promise<AllocatorEvidence> {
  if (memory.allocator) return memory.allocator;
  if (!environment) return { name: 'unknown', library: '', preloaded: [], environment: {} };
  const allocator = detectAllocator({ mappedFiles, environment, ...(await readProgram(pid)) });
  // A copy: of a part of a string V8 keeps the whole, here what was read of `maps`.
  if (allocator.name !== 'unknown') memory.allocator = structuredClone(allocator);
  return allocator;
}

function openPage({ pid, memory }: Subject, maps: string, report: ReportFailure): void {
  if (memory.counters || parsePageMappings(maps).length === 0) return;
  try {
    memory.counters = openCounters({ pid });
  } catch (error) {
    if (!(error instanceof OffheapError)) throw error;
    report('counters', error.code);
  }
}

async function rememberAnswers(
  subject: Subject,
  files: readonly string[],
  environment: ReadonlyMap<string, string> | undefined,
  { attachIntervalMs, report, signal }: LookOptions,
): Promise<JvmAnswersSeldom | undefined> {
  if (attachIntervalMs === undefined) return undefined;
  subject.memory.answers = await askSeldom(subject, { files, environment: environment ?? new Map() }, attachIntervalMs, {
    report,
    signal,
  });
  return subject.memory.answers;
}

async function inspectOrReport(pid: number, { inspectBudgetMs, report, signal }: LookOptions): Promise<HeapInspection | undefined> {
  try {
    return await inspectHeap(pid, { budgetMs: inspectBudgetMs, signal });
  } catch (error) {
    if (!(error instanceof OffheapError) || isGone(error)) throw error;
    report('heaps', error.code);
    return undefined;
  }
}

async function memoryDevicesOf(pid: number, report: ReportFailure): Promise<ReadonlySet<string>> {
  const { value, unknown } = await readMemoryDevices(pid);
  for (const { code } of unknown) report('mounts', code === 'not-permitted' ? 'NO_PERMISSION' : 'UNFORESEEN');
  return value ?? new Set();
}

async function regionsOf(
  subject: Subject,
  memory: Omit<MemoryReadings, 'isJvm' | 'threads'>,
  { report, signal }: LookOptions,
): Promise<Region[]> {
  const { pid, isJvm } = subject;
  const threads = readThreadPlaces(pid);
  if (subject.memory.counters) subject.memory.threadNames = new Map(threads.map(({ innerTid, name }) => [innerTid, name]));
  const { regions, guessedParts } = await withPageMap(pid, (presentBytes) =>
    divideRss({ ...memory, isJvm, threads }, presentBytes, new TimeSlices(signal)),
  );
  if (guessedParts > 0) report('page map', 'NO_PERMISSION');
  return regions;
}

/** Absent where nobody has told which of the RSS is Java heap. */
function nativeRss(
  mappings: readonly Mapping[],
  regions: readonly Region[],
  answers: JvmAnswersSeldom | undefined,
): Pick<Look, 'nativeRssBytes'> {
  const isTold = answers !== undefined && answers.jvm.heap.ranges.length > 0;
  if (!isTold && !mappings.some(isZHeap)) return {};
  const heap = regions.find(({ kind }) => kind === 'java heap');
  return { nativeRssBytes: sumOf(mappings, 'rssBytes') - (heap?.rssBytes ?? 0) };
}

function toMallocLook({ totals, mmapped, census, consistency, arenas }: HeapInspection): MallocLook {
  const heaps = arenas.reduce((sum, arena) => sum + arena.heaps, 0);
  return { totals, mmapped, census, consistency, arenas: arenas.length, heaps };
}
