import { setImmediate } from 'node:timers/promises';
import { readPerfData } from '../jvm/perf-data.ts';
import type { Region } from '../model/doctor.ts';
import { isGone, OffheapError } from '../model/errors.ts';
import { type HeapSummary, summarizeHeap } from '../native/inspector.ts';
import { readContainer } from '../observe/container.ts';
import { isZHeap } from '../observe/heap-range.ts';
import { requireSame } from '../observe/identity.ts';
import { noFacts } from '../observe/jvm.ts';
import { sumOf } from '../observe/mappings.ts';
import { readMemory } from '../observe/memory.ts';
import { type HeapCounters, heapOfCounters } from '../parse/collections.ts';
import type { Mapping } from '../parse/smaps.ts';
import { askSeldom } from './attach.ts';
import { liveByThread } from './live-threads.ts';
import { rememberAllocator, startReader } from './start.ts';
import type { JvmAnswersSeldom, Look, MallocLook, ReportFailure, Subject } from './subject.ts';

export interface LookOptions {
  /** Time between two questions to a JVM; undefined: it is never asked. */
  attachIntervalMs: number | undefined;
  /** For the walk of the malloc heaps. */
  inspectBudgetMs: number;
  /** How many groups of threads behind a meter are named. */
  topThreads: number;
  /** Whether the look is kept: what is told nowhere else is read then. */
  isKept: boolean;
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
  const { attachIntervalMs: intervalMs, isKept, report, signal } = options;
  const readStart = startReader(pid, report);
  const allocator = await rememberAllocator(subject, readStart);
  if (isJvm && intervalMs !== undefined)
    subject.memory.answers = await askSeldom(subject, { intervalMs, withFlags: isKept, readStart, report, signal });
  const { answers } = subject.memory;
  const inspect = () => inspectOrReport(pid, options);
  const memory = await readMemory(pid, {
    allocator: allocator.name,
    isJvm,
    jvm: answers?.jvm ?? noFacts,
    inspect,
    signal,
  });
  const { mappings, regions, inspection } = memory;
  for (const { code } of memory.unknown) report('mounts', code === 'not-permitted' ? 'NO_PERMISSION' : 'UNFORESEEN');
  if (memory.guessedParts > 0) report('page map', 'NO_PERMISSION');
  // A scrape that waits for this thread comes first.
  await setImmediate();
  const threads = liveByThread(subject, memory, options);
  const javaHeap = isKept && isJvm ? await readHeapCounters(pid, mappings) : undefined;
  // Of each container's processes every one may be looked at: RSS of the others will do.
  const cgroup = await readContainer(pid, 0);
  requireSame(subject);
  return {
    takenAtMs: Date.now(),
    rssBytes: sumOf(mappings, 'rssBytes'),
    swapBytes: sumOf(mappings, 'swapBytes'),
    hugeBytes: sumOf(mappings, 'hugeBytes'),
    hugetlbBytes: sumOf(mappings, 'hugetlbBytes'),
    // Without their names, each of which keeps the text alive that it was read in.
    regions: regions.map(({ kind, rssBytes }) => ({ kind, rssBytes })),
    ...nativeRss(mappings, regions, answers),
    allocator: allocator.name,
    ...(inspection ? { malloc: toMallocLook(inspection) } : {}),
    ...(threads ? { threads } : {}),
    ...(cgroup ? { cgroup } : {}),
    ...(answers?.jvm.nmt ? { nmt: answers.jvm.nmt } : {}),
    ...(javaHeap ? { javaHeap } : {}),
  };
}

async function inspectOrReport(pid: number, { inspectBudgetMs, report, signal }: LookOptions): Promise<HeapSummary | undefined> {
  try {
    return await summarizeHeap(pid, { budgetMs: inspectBudgetMs, signal });
  } catch (error) {
    if (!(error instanceof OffheapError) || isGone(error)) throw error;
    report('heaps', error.code);
    return undefined;
  }
}

/** Absent where nobody has told which of the RSS is Java heap. */
function nativeRss(
  mappings: readonly Mapping[],
  regions: readonly Region[],
  answers: JvmAnswersSeldom | undefined,
): Pick<Look, 'nativeRssBytes'> {
  const isTold = answers !== undefined && answers.jvm.heapRanges.length > 0;
  if (!isTold && !mappings.some(isZHeap)) return {};
  const heap = regions.find(({ kind }) => kind === 'java heap');
  return { nativeRssBytes: sumOf(mappings, 'rssBytes') - (heap?.rssBytes ?? 0) };
}

/** Half a millisecond; the JVM has no part in it. */
async function readHeapCounters(pid: number, mappings: readonly Mapping[]): Promise<HeapCounters | undefined> {
  const counters = await readPerfData(
    pid,
    mappings.map(({ path }) => path),
  );
  return counters && heapOfCounters(counters);
}

function toMallocLook({ ranges: _, ...malloc }: HeapSummary): MallocLook {
  return malloc;
}
