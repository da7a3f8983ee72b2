import type { AppliedFix, Evidence } from '../model/doctor.ts';
import { OffheapError } from '../model/errors.ts';
import { bytesPerMiB } from '../model/units.ts';
import { pageSizeBytes } from '../process/page-map.ts';
import { mallocRss } from '../stats/process-figures.ts';
import { partChanges } from '../stats/rss-difference.ts';
import type { Patient } from './patient.ts';
import { whyTrimDiffers } from './why-trim-differs.ts';

/** What came of a fix, and what the process looks like since. */
export interface Applied {
  fix: AppliedFix;
  after: Evidence;
}

/** A smaller change is what any process does meanwhile. */
const leastChangeBytes = bytesPerMiB;

/** malloc_trim(3) by the JVM, and whether it gave back what was predicted from outside. */
export async function applyTrim({ look, readUse, ask }: Patient): Promise<Applied> {
  const used = await readUse();
  const before = await look();
  const figures = mallocRss(before);
  if (!before.jvm?.canTrim || !figures) throw cannotTrim(before);
  await ask('System.trim_native_heap');
  const after = await look();
  const usedAfter = await readUse();
  const faults = used && usedAfter ? usedAfter.minorFaults - used.minorFaults : 0;
  const measured = compare('trim', before, after);
  const predictedBytes = figures.trimmableBytes;
  const errorShare = (predictedBytes - measured.actualBytes) / before.rssBytes;
  const prediction = { ...measured, predictedBytes, errorShare };
  const reasons = whyTrimDiffers(prediction, { before, after, faultedBytes: faults * pageSizeBytes });
  return { fix: { ...prediction, reasons }, after };
}

/** By RSS. */
export function compare(kind: AppliedFix['kind'], before: Evidence, after: Evidence): AppliedFix {
  const changed = partChanges(before, after).filter(({ differenceBytes }) => Math.abs(differenceBytes) >= leastChangeBytes);
  return {
    kind,
    measure: 'rss',
    actualBytes: before.rssBytes - after.rssBytes,
    rssBeforeBytes: before.rssBytes,
    rssAfterBytes: after.rssBytes,
    changes: changed.map(({ name, beforeBytes, afterBytes }) => ({ part: name, beforeBytes, afterBytes })),
    reasons: [],
  };
}

function cannotTrim(evidence: Evidence): OffheapError {
  const cure = evidence.jvm?.canTrim ? '' : ' Call malloc_trim(0) in the program, or by gdb.';
  return new OffheapError(
    'ATTACH_FAILED',
    `Expected a JVM with System.trim_native_heap for --trim, but ${whatIsMissing(evidence)}${cure}`,
  );
}

function whatIsMissing({ pid, jvm, malloc, allocator, unknown }: Evidence): string {
  if (!jvm) return `process ${pid} is none, or does not answer.`;
  if (allocator.name !== 'glibc') return `process ${pid} runs on ${allocator.name}.`;
  if (!malloc) {
    const failure = unknown.find(({ instrument }) => instrument === 'heaps');
    return `the heaps of process ${pid} could not be read, so that nothing could be predicted: ${failure?.detail ?? 'unknown'}`;
  }
  return `JDK ${jvm.version} has no such command (18 and later, 17.0.9, 11.0.21).`;
}
