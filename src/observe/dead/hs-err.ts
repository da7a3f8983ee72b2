import { detectAllocator } from '../../allocators/detect.ts';
import { nmtSummary } from '../../jvm/ask.ts';
import type { DeadMemory, DeathFailure, DeathLimits } from '../../model/dead.ts';
import type { Evidence } from '../../model/doctor.ts';
import { present } from '../../model/present.ts';
import { type HsErrHead, type HsErrThread, parseHsErrHead, parseHsErrThreads, sectionOf } from '../../parse/hs-err.ts';
import { type HsErrLimits, parseHsErrLimits } from '../../parse/hs-err-limits.ts';
import { parseHsErrSettings } from '../../parse/hs-err-settings.ts';
import { parseMappedFiles } from '../../parse/maps.ts';
import { shortenCommand } from '../../process/command-line.ts';
import type { ThreadPlace } from '../../process/threads.ts';
import { sumJavaHeap } from '../heap-range.ts';
import { toFacts } from '../jvm.ts';
import { toJvmEvidence } from '../jvm-evidence.ts';
import { nameLibraries, ownLibraries } from '../own-libraries.ts';
import { groupThreads } from '../thread-groups.ts';
import { divideMap } from './dead-map.ts';

/** What an error report tells, in values. */
export interface ReportedDeath {
  head: HsErrHead;
  failure: DeathFailure;
  limits: DeathLimits;
  host: HsErrLimits['host'];
  memory: DeadMemory;
  /** For the rules that judge living processes: what is committed is in the place of RSS, of which the report tells no parts. */
  evidence: Evidence;
}

/** Reads an error report of HotSpot (JDK 8 to 25). Pure, but for turns that it leaves to others. */
export async function readHsErr(text: string): Promise<ReportedDeath> {
  const head = parseHsErrHead(text);
  const { command, flags, environment } = parseHsErrSettings(text);
  const { limits, host, process } = parseHsErrLimits(text);
  const maps = sectionOf(text, 'Dynamic libraries:');
  const mappedFiles = [...parseMappedFiles(maps)];
  const allocator = detectAllocator({ mappedFiles, environment });
  const threads = parseHsErrThreads(text);
  const jvm = factsOf(text, head);
  const { mappings, regions, parts, virtualBytes, committedBytes } = await divideMap(maps, {
    jvm,
    threads: threads.flatMap(placeOf),
    allocator: allocator.name,
  });
  const told = toJvmEvidence(jvm, { heapRss: sumJavaHeap(mappings, jvm.heapRanges), counters: undefined });
  const libraries = ownLibraries(mappings, allocator);
  const memory: DeadMemory = {
    ...(mappings.length > 0 ? { virtualBytes, committedBytes, mappings: mappings.length } : {}),
    ...process,
    parts,
  };
  const evidence: Evidence = {
    pid: head.pid ?? 0,
    command: shortenCommand(command),
    takenAt: new Date(0).toISOString(),
    uptimeMs: head.uptimeMs ?? 0,
    rssBytes: committedBytes,
    swapBytes: 0,
    threads: threads.length,
    regions,
    allocator,
    ...(process.mallocInUseBytes === undefined ? {} : { counters: { liveBytes: process.mallocInUseBytes } }),
    ...(libraries.length > 0 ? { libraries: nameLibraries(libraries) } : {}),
    isJvm: true,
    ...(told ? { jvm: { ...told, flags, canTrim: false, ...threadsOf(threads) } } : {}),
    unknown: [],
  };
  return { head, failure: head.failure, limits, host, memory, evidence };
}

function threadsOf(threads: readonly HsErrThread[]): Pick<NonNullable<Evidence['jvm']>, 'threads'> {
  const java = threads.filter(({ isJava }) => isJava);
  return java.length === 0 ? {} : { threads: { count: java.length, groups: groupThreads(java) } };
}

/** As the JVM answers, for the report has the same texts (jdk: vmError.cpp, report and print_vm_info). */
function factsOf(text: string, { version, uptimeMs }: HsErrHead) {
  const nmtAt = text.indexOf('\nNative Memory Tracking:');
  const texts = new Map([
    ['VM.version', version === undefined ? '' : `JDK ${version}`],
    ['GC.heap_info', sectionOf(text, 'Heap:')],
    // JDK 25 tells the sizes of metaspace there, older ones below the heap.
    ['VM.metaspace', sectionOf(text, 'Metaspace:')],
    ['VM.info', withoutMaps(text)],
    ...(nmtAt < 0 ? [] : [[nmtSummary, text.slice(nmtAt)] as const]),
  ]);
  const facts = toFacts({ texts, commands: new Set(), tooLong: [] });
  return { ...facts, ...present('uptimeMs', uptimeMs) };
}

/** It may be megabytes, of which no line tells the JVM's own. */
function withoutMaps(text: string): string {
  const maps = sectionOf(text, 'Dynamic libraries:');
  return maps === '' ? text : text.replace(maps, '');
}

/** The stack pointer was somewhere in the stack: its upper end is taken for it. */
function placeOf({ name, nativeId, stack }: HsErrThread): ThreadPlace[] {
  if (!stack) return [];
  return [{ tid: nativeId, innerTid: nativeId, name, stackPointer: stack.end - 1 }];
}
