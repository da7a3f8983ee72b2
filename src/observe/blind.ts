import { allowsAttach } from '../jvm/perf-data.ts';
import type { AllocatorEvidence, Evidence } from '../model/doctor.ts';
import type { Mapping } from '../parse/smaps.ts';
import { isZHeap } from './heap-range.ts';
import type { JvmFacts } from './jvm.ts';

export type BlindSpot = Evidence['blind'][number];

const foreign = new Set<AllocatorEvidence['name']>(['tcmalloc', 'jemalloc', 'mimalloc', 'mmap']);

/** What cannot be known under an allocator that is not glibc's. */
export function allocatorBlindness({ name, library }: AllocatorEvidence, isJvm: boolean): BlindSpot[] {
  if (name === 'glibc') return [];
  const server = name === 'unknown' ? 'an allocator that is not known here' : `${name} (${library})`;
  const spots: BlindSpot[] = [
    {
      instrument: 'malloc heap inspector',
      reason: `It reads the heaps of glibc; this process is served by ${server}. Its memory is told by elimination.`,
      ...(foreign.has(name)
        ? {
            cure: 'Start the process with libmeter.so ahead in LD_PRELOAD, which counts live bytes in front of any allocator. Its path: offheap allocators --path=meter',
          }
        : {}),
    },
  ];
  if (!isJvm) return spots;
  return [
    ...spots,
    {
      instrument: 'System.trim_native_heap and the C-Heap line of VM.info',
      reason: `They ask glibc, which serves nothing here: they say +0B and 0K whatever ${name === 'unknown' ? 'the allocator' : name} holds.`,
    },
  ];
}

export interface AttachClues {
  command: readonly string[];
  environment: ReadonlyMap<string, string>;
  /** jvmstat's. */
  counters: ReadonlyMap<string, string> | undefined;
}

/** A JVM that was told not to let anyone attach; undefined when it was not, as its counters tell, or else its command line and environment. */
export function attachBlindness({ command, environment, counters }: AttachClues): BlindSpot | undefined {
  if (allowsAttach(counters) ?? !isToldToRefuse(command, environment)) return undefined;
  return {
    instrument: 'JVM',
    reason: 'It was started with -XX:+DisableAttachMechanism and answers no questions about its heap, threads and classes.',
    cure: 'Start it without that flag.',
  };
}

function isToldToRefuse(command: readonly string[], environment: ReadonlyMap<string, string>): boolean {
  const options = ['JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS', '_JAVA_OPTIONS'].map((name) => environment.get(name) ?? '');
  return [...command, ...options.flatMap((text) => text.split(/\s+/))].includes('-XX:+DisableAttachMechanism');
}

/** What the JVM did not tell. */
export function jvmBlindness(
  { isNmtOff, hasAnswered, classes, failure }: JvmFacts,
  { mappings, histogram, threads }: { mappings: readonly Mapping[]; histogram: boolean; threads: boolean },
): BlindSpot[] {
  const spots: BlindSpot[] = [];
  if (failure !== undefined) spots.push({ instrument: 'JVM', reason: failure, ...cureOf(failure) });
  if (isNmtOff) {
    spots.push({
      instrument: 'Native Memory Tracking',
      reason: 'It is off, so what the JVM itself allocated is not told by category.',
      cure: 'Start the JVM with -XX:NativeMemoryTracking=summary.',
    });
  }
  if (hasAnswered && !threads) {
    spots.push({
      instrument: 'Thread.print',
      reason: 'There are too many threads to list them without stopping the JVM for long.',
    });
  }
  if (histogram && hasAnswered && !classes) {
    spots.push({ instrument: 'GC.class_histogram', reason: 'The JVM did not give it in time.' });
  }
  if (mappings.filter(isZHeap).length > 1 && hasViews(mappings)) {
    spots.push({
      instrument: 'RSS of the Java heap',
      reason:
        'ZGC maps the heap more than once, and the kernel counts a page for each view that has touched it: RSS is larger than the memory.',
    });
  }
  return spots;
}

/** Two mappings of the same part of the heap's file. */
function hasViews(mappings: readonly Mapping[]): boolean {
  const offsets = mappings
    .filter((mapping) => isZHeap(mapping) && mapping.rssBytes > 0)
    .map(({ inode, offset }) => `${inode}:${offset}`);
  return new Set(offsets).size < offsets.length;
}

function cureOf(failure: string): { cure?: string } {
  if (/it is stopped/.test(failure)) return { cure: 'Let it go on: kill -CONT PID, or end the debugger.' };
  if (/stopped or very busy/.test(failure))
    return { cure: 'If it is stopped, let it go on: kill -CONT PID. If it is busy, try again.' };
  if (/same user/.test(failure)) return { cure: 'Run offheap as the user of the JVM, or as root.' };
  return {};
}
