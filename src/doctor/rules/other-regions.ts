import type { Evidence, Finding, Fix } from '../../model/doctor.ts';
import { formatMiB } from '../../model/units.ts';
import { unwrittenHugeBytes } from '../../stats/huge-pages.ts';
import { mallocRead } from '../../stats/malloc-read.ts';
import { regionOf } from '../../stats/process-figures.ts';
import { peek } from '../advice.ts';
import { isLarge } from './thresholds.ts';

/** Clean pages of files are the kernel's to take when memory is short: a notice. */
export function mappedFiles(evidence: Evidence): Finding[] {
  const region = regionOf(evidence, 'mapped files');
  if (!region || !isLarge(evidence, region.rssBytes)) return [];
  const [first] = region.largest;
  return [
    {
      code: 'mapped-files',
      severity: 'notice',
      summary: `Mapped files take ${formatMiB(region.rssBytes)} of ${formatMiB(evidence.rssBytes)} MiB${first ? `, most of it ${first.name}` : ''}. That is page cache: the kernel takes it back when it needs it.`,
      evidence: {
        bytes: region.rssBytes,
        mappings: region.mappings,
        ...(first ? { largest: first.name, largestBytes: first.rssBytes } : {}),
      },
      fixes: [
        { action: 'Nothing, unless the container is near its limit; then map less at a time, or unmap what is no longer read.' },
      ],
    },
  ];
}

/**
 * Anonymous memory that is neither malloc's nor the JVM's. Only where both have been looked at: what was not looked at is not another's.
 * A program of one's own may map what it likes; in a JVM somebody has to be found.
 */
export function mmapUser(evidence: Evidence): Finding[] {
  const region = regionOf(evidence, 'unexplained');
  // Blocks of malloc that were not found are mapped as another's are.
  const missingBytes = evidence.malloc ? mallocRead(evidence.malloc).missingBytes : 0;
  const bytes = (region?.rssBytes ?? 0) - notPlacedBytes(evidence) - missingBytes - unwrittenHugeBytes(evidence, 'unexplained');
  if (!region || !isLarge(evidence, bytes)) return [];
  const runtime = evidence.runtime && runtimes[evidence.runtime];
  const lookedAt =
    (evidence.malloc !== undefined || evidence.allocator.name === 'mmap') && (!evidence.isJvm || evidence.jvm !== undefined);
  if (!lookedAt) return [];
  return [
    {
      code: 'mmap-user',
      severity: evidence.isJvm ? 'problem' : 'notice',
      summary: `Anonymous mappings take ${formatMiB(bytes)} of ${formatMiB(evidence.rssBytes)} MiB. ${runtime?.whose ?? 'Neither malloc nor the JVM made them: some code maps memory by itself.'}`,
      evidence: {
        bytes,
        mappings: region.mappings,
        largestBytes: region.largest[0]?.rssBytes ?? 0,
        ...(evidence.runtime ? { runtime: evidence.runtime } : {}),
      },
      fixes: [
        ...(runtime?.fixes ?? []),
        peek(evidence),
        { action: 'See who maps it.', command: `strace -f -k -e trace=mmap,munmap -p ${evidence.pid}` },
      ],
    },
  ];
}

/** The heap of a Go program, which has it to itself. */
export function goHeap(evidence: Evidence): Finding[] {
  const region = regionOf(evidence, 'go runtime');
  if (!region) return [];
  const bytes = region.rssBytes - Math.min(region.rssBytes, evidence.lazyFreeBytes ?? 0);
  if (!isLarge(evidence, bytes)) return [];
  return [
    {
      code: 'go-heap',
      severity: 'notice',
      summary: `The heap of Go takes ${formatMiB(bytes)} of ${formatMiB(evidence.rssBytes)} MiB. Its own collector decides that, by GOGC and GOMEMLIMIT.`,
      evidence: { bytes, mappings: region.mappings },
      fixes: runtimes.go.fixes,
    },
  ];
}

/** The Java heap of a native image, of which no HotSpot tells more. */
export function imageHeap(evidence: Evidence): Finding[] {
  const region = regionOf(evidence, 'java heap');
  if (evidence.runtime !== 'native-image' || !region || !isLarge(evidence, region.rssBytes)) return [];
  return [
    {
      code: 'image-heap',
      severity: 'notice',
      summary: `The Java heap of this native image of GraalVM takes ${formatMiB(region.rssBytes)} of ${formatMiB(evidence.rssBytes)} MiB. Its own collector decides that, by -Xmx.`,
      evidence: { bytes: region.rssBytes, mappings: region.mappings },
      fixes: runtimes['native-image'].fixes,
    },
  ];
}

/** Memory that is free for the kernel to take, and counts in RSS until it does: no leak, and no need. */
export function lazilyFreed(evidence: Evidence): Finding[] {
  const { lazyFreeBytes: bytes = 0, rssBytes, runtime } = evidence;
  if (!isLarge(evidence, bytes)) return [];
  return [
    {
      code: 'lazily-freed',
      severity: 'notice',
      summary: `Of ${formatMiB(rssBytes)} MiB, ${formatMiB(bytes)} are given up already, by MADV_FREE. RSS counts them until the kernel is short of memory and takes them.`,
      evidence: { bytes },
      fixes:
        runtime === 'go'
          ? [
              {
                action: 'Let Go give memory back at once, as it does by default from Go 1.16 on.',
                environment: { GODEBUG: 'madvdontneed=1' },
              },
            ]
          : [{ action: 'Nothing, unless something judges the process by its RSS.' }],
    },
  ];
}

/** What the runtimes of other languages map by themselves, and what tells more of it. */
const runtimes: Readonly<Record<NonNullable<Evidence['runtime']>, { whose: string; fixes: Fix[] }>> = {
  go: {
    whose: 'It is a program in Go, whose runtime maps memory by itself.',
    fixes: [
      {
        action:
          'In the code: see what is live by runtime/pprof (heap). What the collector has freed goes back to the kernel by itself within minutes, and at once by debug.FreeOSMemory.',
      },
    ],
  },
  v8: {
    whose: 'They are most likely the heap of V8, which maps memory by itself.',
    fixes: [
      {
        action:
          'See what is live: in Node process.memoryUsage() tells it, the option --heapsnapshot-signal=SIGUSR2 writes a snapshot at that signal, and --max-old-space-size bounds the heap.',
      },
    ],
  },
  cpython: {
    whose: 'They are most likely objects of Python, whose allocator of small objects maps memory by itself.',
    fixes: [
      {
        action:
          'Have malloc allocate them as well, and look again: then they are told by size. tracemalloc tells the lines that made them.',
        environment: { PYTHONMALLOC: 'malloc' },
      },
    ],
  },
  'native-image': {
    whose: 'It is a native image of GraalVM, whose collector and whose Unsafe map memory beside the heap.',
    fixes: [
      {
        action: 'Bound its heap: start it with -Xmx, as a JVM. -XX:+PrintGC prints what each collection leaves.',
      },
      {
        action:
          'Have it tell what it allocates beside the heap: build it with --enable-monitoring=nmt (GraalVM for JDK 23 or later), and start it with -XX:+PrintNMTStatistics.',
      },
    ],
  },
};

/** Tables of a collector, of the whole heap: two bitmaps of a sixty-fourth each, and a table of cards. */
const tablesShare = 1 / 25;

/** At most so much of what is unexplained is the JVM's own, which did not tell where it lies. */
function notPlacedBytes({ unknown, jvm }: Evidence): number {
  const kinds =
    unknown.find(({ instrument, code }) => instrument === 'addresses' && code === 'not-told')?.detail?.split(', ') ?? [];
  const mapped = (name: string) => jvm?.nmt?.categories.find((category) => category.name === name)?.mmapCommittedBytes;
  const bytesOf: Record<string, number | undefined> = {
    'java heap': Number.POSITIVE_INFINITY,
    metaspace: jvm?.metaspace?.committedBytes,
    'code cache': mapped('Code'),
    gc: mapped('GC') ?? (jvm?.heap?.reservedBytes ?? 0) * tablesShare,
  };
  return kinds.reduce((sum, kind) => sum + (bytesOf[kind] ?? 0), 0);
}
