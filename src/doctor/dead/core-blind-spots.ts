import type { CoreOrigin } from '../../model/core-origin.ts';
import type { DeadResult } from '../../model/dead.ts';
import { formatCount, formatMiB } from '../../model/units.ts';
import type { CoreDeath } from '../../observe/dead/core.ts';

type Spot = DeadResult['blindSpots'][number];

const whyNoRss: Readonly<Record<CoreOrigin['pages'], string>> = {
  holes:
    'The kernel left out the pages that were not in memory. What is told as filled was in memory or in swap; which of the two no core tells, nor what of mapped files was in memory.',
  content:
    'It has all pages, and not which were in memory. Those that hold something are told as filled: they were in memory or in swap. Pages of zeros were in memory or were never touched, so what a trim would have given back is at least what is told.',
  dumped: 'There was no time to look at all of its pages: all that are in the file are told as filled.',
};

/** What a core file does not tell, and what lets the next one tell it. */
export function toBlindSpots(death: CoreDeath): Spot[] {
  return [...ofTheFile(death), ...ofMalloc(death), ...ofTheJvm(death), ...ofOwners(death)];
}

function ofTheFile({ isWhole, memory, origin, filesBytes, threadsLeft, evidence }: CoreDeath): Spot[] {
  const spots: Spot[] = [];
  const { missingBytes = 0 } = memory;
  if (!isWhole)
    spots.push({
      instrument: 'core file',
      code: 'not-read',
      reason: `It was cut: ${missingBytes > 0 ? `${formatMiB(missingBytes)} MiB of memory` : 'a part of its headers'} is not in it. Figures are of what is there.`,
      cure: 'Let the next one be written whole: ulimit -c unlimited, room on the disk, and ProcessSizeMax= and ExternalSizeMax= in /etc/systemd/coredump.conf',
    });
  spots.push({ instrument: 'RSS', code: 'not-told', reason: whyNoRss[origin.pages] });
  if (filesBytes > 0)
    spots.push({
      instrument: 'mapped files',
      code: 'not-told',
      reason: `${formatMiB(filesBytes)} MiB of mapped files are not in the core. Their names and sizes are.`,
    });
  if (evidence.threads === 0)
    spots.push({
      instrument: 'threads',
      code: 'not-told',
      reason: 'The core has no list of threads: their stacks are unexplained.',
    });
  if (threadsLeft > 0)
    spots.push({
      instrument: 'threads',
      code: 'too-many',
      reason: `${formatCount(threadsLeft)} threads are beyond the bound: their stacks are unexplained.`,
    });
  return spots;
}

function ofMalloc({ whyNoHeaps, evidence: { malloc } }: CoreDeath): Spot[] {
  const instrument = 'malloc’s heaps';
  if (whyNoHeaps !== undefined) return [{ instrument, code: 'not-read', reason: whyNoHeaps }];
  if (!malloc || malloc.arenas.some(({ isMain }) => isMain)) return [];
  return [
    {
      instrument,
      code: 'not-read',
      reason:
        'The main arena is not in what is left of the core: the figures are of the other arenas, and what is in tcaches counts as in use.',
    },
  ];
}

function ofTheJvm({ isJvm, hasCounters, areThreadsNamed, evidence }: CoreDeath): Spot[] {
  if (!isJvm) return [];
  const spots: Spot[] = [];
  if (!hasCounters)
    spots.push({
      instrument: 'the JVM’s counters',
      code: 'not-told',
      reason: 'The file hsperfdata is not in the core: neither version nor heap of the JVM are known.',
      cure: 'Of the next one: no -XX:-UsePerfData or -XX:+PerfDisableSharedMem, and bit 3 in /proc/PID/coredump_filter, which a JVM sets itself',
    });
  else if (!evidence.jvm?.heap)
    spots.push({
      instrument: 'the Java heap',
      code: 'not-told',
      reason: 'No memory of its size was found: it is unexplained.',
    });
  spots.push({
    instrument: 'the JVM’s answers',
    code: 'not-told',
    reason: `A dead JVM answers nothing: ${areThreadsNamed ? '' : 'threads have no names, and '}its code cache, class space and Native Memory Tracking are not told.`,
  });
  return spots;
}

function ofOwners({ whyNoOwners, isImageUnchecked, evidence: { owners } }: CoreDeath): Spot[] {
  const instrument = 'owners';
  if (whyNoOwners !== undefined) return [{ instrument, code: 'not-read', reason: whyNoOwners }];
  const { whyNoHeap, gaps } = owners ?? {};
  return [
    ...(gaps && gaps.missedBytes > 0
      ? [
          {
            instrument,
            code: 'not-read' as const,
            reason: `${formatMiB(gaps.missedBytes)} MiB of the Java heap are not in the core: what objects there own is told as another’s or nobody’s.`,
            cure: 'Of the next one: 0x33 in /proc/PID/coredump_filter, and a file that is not cut',
          },
        ]
      : []),
    ...(whyNoHeap === undefined ? [] : [{ instrument, code: 'not-read' as const, reason: `No Java heap was read: ${whyNoHeap}.` }]),
    ...(isImageUnchecked
      ? [
          {
            instrument,
            code: 'not-checked' as const,
            reason:
              'The core does not have the beginning of libjvm.so: whether the file here, by which the Java heap was read, is of the same build was not checked.',
          },
        ]
      : []),
  ];
}
