import { setTimeout as delay } from 'node:timers/promises';
import type { AppliedFix, Evidence } from '../model/doctor.ts';
import { OffheapError } from '../model/errors.ts';
import { bytesPerMiB, formatMiB } from '../model/units.ts';
import { blocksInUseBytes, mallocRss } from '../stats/process-figures.ts';
import { type Applied, compare } from './apply.ts';
import { neverCollects, withCollection } from './last-collection.ts';
import type { Patient } from './patient.ts';
import { whatWasRead } from './unread.ts';
import { whyHeapStays } from './why-heap-stays.ts';
import { tellingBytes } from './why-trim-differs.ts';

/** Cleaners run after the collection, on a thread of their own; on a busy machine 100,000 of them take some seconds. */
const settlingTimeoutMs = 15_000;
const pollMs = 100;
/** G1 gives back what a collection has freed on a thread of its own, some regions at a time, from 100 ms after it on (jdk: g1UncommitRegionTask.cpp). */
const settledMs = 600;
/** What an idle JVM moves. */
const idleBytes = bytesPerMiB;

/** A collection of the whole heap: what of it was needed, which blocks of malloc it freed, and what came back. */
export async function applyGc(patient: Patient): Promise<Applied> {
  const before = await patient.look();
  if (!before.jvm)
    throw new OffheapError('ATTACH_FAILED', `Expected a JVM for --gc, but process ${before.pid} is none, or does not answer.`);
  if (neverCollects(before.jvm))
    throw new OffheapError(
      'ATTACH_FAILED',
      `Expected a JVM that collects for --gc, but process ${before.pid} runs on Epsilon, which never does. Leave --gc out, or start it with another collector: -XX:+UseSerialGC`,
    );
  await patient.ask(collectingCommand(before.jvm.flags));
  const collectedAt = performance.now();
  await untilSettled(patient, before.malloc !== undefined);
  const after = withCollection(await patient.look(), performance.now() - collectedAt);
  const fix = { ...compare('gc', before, after), ...blocksOf(before, after), ...heapOf(before, after) };
  return { fix: { ...fix, reasons: whyMemoryStayed(fix, before, after) }, after };
}

/** Both collect the whole heap first; the flag is heeded by one alone (jdk: diagnosticCommand.cpp, SystemGCDCmd, ClassHistogramDCmd). */
function collectingCommand(flags: readonly string[]): string {
  return flags.includes('-XX:+DisableExplicitGC') ? 'GC.class_histogram' : 'GC.run';
}

/** Until the Cleaner has nothing left to do, and RSS no longer falls. */
async function untilSettled({ inspect, readRssBytes }: Patient, onGlibc: boolean): Promise<void> {
  const statesBytes = () => (onGlibc ? readStatesBytes(inspect) : undefined);
  const deadline = performance.now() + settlingTimeoutMs;
  let [states, lowestBytes] = [await statesBytes(), await readRssBytes()];
  for (let settledAt = performance.now() + settledMs; performance.now() < Math.min(settledAt, deadline); ) {
    await delay(pollMs);
    const [statesNow, rssNow] = [await statesBytes(), await readRssBytes()];
    const hasChanged = statesNow !== undefined && statesNow !== states;
    if (hasChanged || rssNow < lowestBytes - idleBytes) settledAt = performance.now() + settledMs;
    states = statesNow ?? states;
    lowestBytes = Math.min(lowestBytes, rssNow);
  }
}

/** Undefined where malloc could not be read in the time for one reading: of large heaps on a slow machine RSS alone tells when all is done. */
async function readStatesBytes(inspect: Patient['inspect']): Promise<number | undefined> {
  try {
    return (await inspect()).census.bytes;
  } catch (error) {
    if (error instanceof OffheapError && error.code === 'INSPECT_FAILED') return undefined;
    throw error;
  }
}

function blocksOf({ malloc: before }: Evidence, { malloc: after }: Evidence): Pick<AppliedFix, 'freedBlocksBytes' | 'zlib'> {
  if (!before || !after) return {};
  const states = ({ census }: typeof before) => census.inflaters + census.deflaters;
  return {
    freedBlocksBytes: blocksInUseBytes(before) - blocksInUseBytes(after),
    zlib: {
      ...{ statesBefore: states(before), statesAfter: states(after) },
      ...{ beforeBytes: before.census.bytes, afterBytes: after.census.bytes },
    },
  };
}

function heapOf({ jvm: before }: Evidence, { jvm: after }: Evidence): Pick<AppliedFix, 'javaHeap'> {
  if (!before?.heap || !after?.heap) return {};
  const rssOf = ({ rssBytes, occupiedBytes = rssBytes }: NonNullable<typeof before.heap>) => occupiedBytes;
  return {
    javaHeap: {
      ...{ usedBeforeBytes: before.heap.usedBytes, usedAfterBytes: after.heap.usedBytes },
      ...{ rssBeforeBytes: rssOf(before.heap), rssAfterBytes: rssOf(after.heap) },
    },
  };
}

function whyMemoryStayed({ javaHeap }: AppliedFix, before: Evidence, after: Evidence): string[] {
  const keptBytes = mallocRss(after)?.freeRssBytes ?? 0;
  return [
    ...(javaHeap ? whyHeapStays(javaHeap, after) : []),
    ...(keptBytes >= tellingBytes && before.rssBytes - after.rssBytes < keptBytes
      ? [`glibc keeps ${formatMiB(keptBytes)} MiB of free memory. A trim gives back what can be given back.`]
      : []),
    ...whatWasRead(before),
    ...whatWasRead(after),
  ];
}
