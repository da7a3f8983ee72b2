import type { AllocatorAnswer } from '../model/allocator-answer.ts';
import type { AppliedFix, Evidence } from '../model/doctor.ts';
import { OffheapError } from '../model/errors.ts';
import { bytesPerMiB } from '../model/units.ts';
import type { ResourceUse } from '../parse/proc-stat.ts';
import { pageSizeBytes } from '../process/page-map.ts';
import { heldRssBytes, purgeableBytes, servingAnswer } from '../stats/allocator-idle.ts';
import { mallocRss } from '../stats/process-figures.ts';
import { partChanges } from '../stats/rss-difference.ts';
import { expectedTrimMs } from '../stats/trim-cost.ts';
import type { Patient } from './patient.ts';
import { whyTrimDiffers } from './why-trim-differs.ts';

/** What came of a fix, and what the process looks like since. */
export interface Applied {
  fix: AppliedFix;
  after: Evidence;
}

/** A smaller change is what any process does meanwhile. */
const leastChangeBytes = bytesPerMiB;

/** What is known of a trim before it. */
export interface ExpectedTrim {
  /** Undefined where the allocator does not tell. */
  predictedBytes: number | undefined;
  /** How long it takes at most; undefined of an allocator that was not measured. */
  expectedMs: number | undefined;
}

/** Called before the allocator is told. */
export type OnTrim = (expected: ExpectedTrim) => void;

/**
 * Has the allocator give back what is idle, and tells whether it is what was predicted: malloc_trim(3) by the JVM's own command where it has that, else by an agent
 * that the JVM loads.
 */
export async function applyTrim(patient: Patient, onTrim: OnTrim = () => {}): Promise<Applied> {
  const before = await patient.look();
  if (!before.isJvm || isToldToRefuse(before)) throw cannotTrim(before);
  return before.jvm?.canTrim && mallocRss(before) ? trimByJvm(patient, before, onTrim) : trimByAgent(patient, before, onTrim);
}

async function trimByJvm(patient: Patient, before: Evidence, onTrim: OnTrim): Promise<Applied> {
  const predictedBytes = mallocRss(before)?.trimmableBytes;
  const expected = { predictedBytes, expectedMs: expectedTrimMs('glibc', predictedBytes ?? 0) };
  const used = await patient.readUse();
  onTrim(expected);
  await patient.ask('System.trim_native_heap');
  const trimmed = await predictedAndDone(patient, before, { predictedBytes, used });
  return { ...trimmed, fix: { ...trimmed.fix, by: 'jvm', ...toldMs(expected) } };
}

/**
 * A look between the first load of the agent and the purge: the agent's own pages are no part of what comes back. What would come back is read last, since the program
 * goes on.
 */
async function trimByAgent(patient: Patient, first: Evidence, onTrim: OnTrim): Promise<Applied> {
  if (!servingAnswer({ allocatorAnswers: await patient.askAllocator('ask') })) throw cannotTrim(first);
  const before = await patient.look();
  const used = await patient.readUse();
  const asked = servingAnswer({ allocatorAnswers: await patient.askAllocator('ask') });
  if (!asked) throw cannotTrim(before);
  const expected = expectOf(asked, before);
  onTrim(expected);
  const answer = servingAnswer({ allocatorAnswers: await patient.askAllocator('purge') });
  if (!answer?.purge?.isDone) throw cannotTrim(before);
  const trimmed = await predictedAndDone(patient, before, { predictedBytes: expected.predictedBytes, used });
  return { ...trimmed, fix: { ...trimmed.fix, by: 'agent', tookMs: answer.purge.tookMs, ...toldMs(expected) } };
}

/** What an allocator has is the most that it can give back. */
function expectOf(answer: AllocatorAnswer, before: Evidence): ExpectedTrim {
  const predictedBytes = predictOf(answer, before);
  return { predictedBytes, expectedMs: expectedTrimMs(answer.name, predictedBytes ?? heldRssBytes(before)) };
}

function predictOf(answer: AllocatorAnswer, before: Evidence): number | undefined {
  return answer.name === 'glibc' ? mallocRss(before)?.trimmableBytes : purgeableBytes(answer, heldRssBytes(before));
}

function toldMs({ expectedMs }: ExpectedTrim): Pick<AppliedFix, 'expectedMs'> {
  return expectedMs === undefined ? {} : { expectedMs };
}

interface Expected {
  predictedBytes: number | undefined;
  used: ResourceUse | undefined;
}

async function predictedAndDone(
  { look, readUse }: Patient,
  before: Evidence,
  { predictedBytes, used }: Expected,
): Promise<Applied> {
  const after = await look();
  const usedAfter = await readUse();
  const measured = compare('trim', before, after);
  if (predictedBytes === undefined) return { fix: measured, after };
  const faults = used && usedAfter ? usedAfter.minorFaults - used.minorFaults : 0;
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

/** Whether a JVM lets nobody attach. A signal that asks it to would have it print all stacks on its stdout. */
export function isToldToRefuse({ unknown }: Pick<Evidence, 'unknown'>): boolean {
  return unknown.some(({ instrument, code }) => instrument === 'jvm' && code === 'attach-disabled');
}

function cannotTrim(evidence: Evidence): OffheapError {
  const { pid, isJvm, allocator } = evidence;
  const inJvm = isToldToRefuse(evidence)
    ? 'it was started with -XX:+DisableAttachMechanism, and lets nobody tell it anything. Start it without that flag.'
    : `${allocator.name} has no function for that which is known here (glibc, jemalloc, tcmalloc and mimalloc have).`;
  const why = isJvm ? inJvm : 'it is none. A program can call malloc_trim(0) itself.';
  return new OffheapError(
    'ATTACH_FAILED',
    `Expected process ${pid} to be a JVM whose allocator gives back what is idle when it is told to, but ${why}`,
  );
}
