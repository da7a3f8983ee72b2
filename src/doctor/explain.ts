import { allocatorNamed } from '../allocators/registry.ts';
import type { AllocatorEvidence, Evidence } from '../model/doctor.ts';
import { bytesPerMiB, formatMiB } from '../model/units.ts';
import type { BlindSpot, Instrument, Unknown, UnknownCode } from '../model/unknown.ts';
import { describeGaps } from '../stats/malloc-read.ts';
import { nmtFlag } from './cures.ts';

/** What people know the instruments by. */
const names: Record<Instrument, string> = {
  environment: 'environment',
  heaps: 'malloc heap inspector',
  trim: 'System.trim_native_heap and the C-Heap line of VM.info',
  jvm: 'JVM',
  nmt: 'Native Memory Tracking',
  addresses: 'addresses of the JVM',
  threads: 'Thread.print',
  classes: 'GC.class_histogram',
  'java heap': 'RSS of the Java heap',
  'page map': 'page map',
  'huge pages': 'contents of huge pages',
  mounts: 'file systems in memory',
  counters: 'counter page',
  program: 'program file',
  owners: 'owners of malloc’s blocks',
  allocator: 'allocator, by its own word',
};

type Sentences = Pick<BlindSpot, 'reason' | 'cure'>;

/** What could not be looked at, as sentences: why, and what lets it be looked at. */
export function explainUnknown(evidence: Evidence): BlindSpot[] {
  return evidence.unknown.map((unknown) => ({
    instrument: names[unknown.instrument],
    code: unknown.code,
    ...sentences[unknown.code](unknown, evidence),
  }));
}

const sentences: Record<UnknownCode, (unknown: Unknown, evidence: Evidence) => Sentences> = {
  'other-allocator': ({ instrument }, { allocator, counters, runtime }) =>
    instrument === 'trim'
      ? explainIdleTrim(allocator)
      : explainForeignHeaps(allocator, { isCounted: counters !== undefined, runtime }),
  'attach-disabled': () => ({
    reason: 'It was started with -XX:+DisableAttachMechanism and answers no questions about its heap, threads and classes.',
    cure: 'Start it without that flag.',
  }),
  'not-attachable': asTold,
  stopped: (unknown, { pid }) => ({ ...asTold(unknown), cure: `Let it go on: kill -CONT ${pid}, or end the debugger.` }),
  'no-answer': (unknown, { pid }) =>
    unknown.instrument === 'classes'
      ? { reason: 'The JVM did not give it in time.' }
      : { ...asTold(unknown), cure: `If it is stopped, let it go on: kill -CONT ${pid}. If it is busy, try again.` },
  'not-permitted': asTold,
  'not-heard': asTold,
  'foreign-socket': asTold,
  'slow-files': asTold,
  'too-long': ({ instrument, detail }) => ({
    reason:
      instrument === 'environment'
        ? 'It is longer than is read: no process has 8 MiB of it without wanting to. Settings that come after that are not seen.'
        : `It answered \`${detail}\` at a greater length than any JVM does; the answer was not read to its end.`,
  }),
  'switched-off': () => ({
    reason: 'It is off, so what the JVM itself allocated is not told by category.',
    cure: `Start the JVM with ${nmtFlag}.`,
  }),
  'too-many': ({ detail = 'There are too many threads to list them without stopping the JVM for long.' }) => ({ reason: detail }),
  'counted-twice': () => ({
    reason:
      'ZGC maps the heap more than once, and the kernel counts a page for each view that has touched it: RSS is larger than the memory.',
  }),
  'divided-by-size': ({ detail }) => ({
    reason: `${detail} parts of mappings of two kinds are divided by size, since their pages could not be looked at.`,
  }),
  'not-read': explainUnread,
  'not-told': ({ detail = '' }) => ({
    reason: `This JDK does not tell where all of its memory lies. What was not found of these parts is unexplained: ${detail}.`,
  }),
  'not-credible': asTold,
  failed: asTold,
};

function asTold({ detail = '' }: Pick<Unknown, 'detail'>): Sentences {
  return { reason: detail };
}

function explainUnread(unknown: Unknown, { pid, malloc, swapBytes }: Evidence): Sentences {
  const gaps = malloc ? describeGaps(malloc) : [];
  if (gaps.length === 0) return asTold(unknown);
  const swapped =
    swapBytes < bytesPerMiB ? [] : [`What is in swap is not read: ${formatMiB(swapBytes)} MiB of the process are there.`];
  return {
    reason: [...gaps, ...swapped].join(' '),
    cure: `Look again when the program does less, or give it more time: offheap histo ${pid} --budget=1m`,
  };
}

function explainForeignHeaps(
  { name, library }: AllocatorEvidence,
  { isCounted, runtime }: { isCounted: boolean; runtime: Evidence['runtime'] },
): Sentences {
  const nobody =
    runtime === 'native-image' ? 'the libc that GraalVM’s native-image has linked into it' : 'an allocator that is not known here';
  const server = name === 'unknown' ? nobody : `${name} (${library})`;
  const reason = `It reads the heaps of glibc; this process is served by ${server}. Its memory is told by elimination.`;
  if (isCounted || allocatorNamed(name).sight.liveBytes !== 'meter') return { reason };
  const libc = name === 'musl' ? ' --libc=musl' : '';
  return {
    reason,
    cure: `Start the process with libmeter.so ahead in LD_PRELOAD, which counts live bytes in front of any allocator. Its path: offheap allocators --path=meter${libc}`,
  };
}

function explainIdleTrim({ name }: AllocatorEvidence): Sentences {
  const held = name === 'unknown' ? 'the allocator' : name;
  return { reason: `They ask glibc, which serves nothing here: they say +0B and 0K whatever ${held} holds.` };
}
