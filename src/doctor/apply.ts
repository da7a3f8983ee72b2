import { setTimeout as delay } from 'node:timers/promises';
import type { AppliedFix, Evidence } from '../model/doctor.ts';
import { OffheapError } from '../model/errors.ts';
import type { HeapInspection } from '../model/inspection.ts';
import { formatMiB } from '../model/units.ts';
import type { ResourceUse } from '../parse/proc-stat.ts';
import { pageSizeBytes } from '../process/page-map.ts';
import { blocksInUseBytes, mallocRss } from '../stats/process-figures.ts';
import { whatWasRead } from './unread.ts';
import { tellingBytes, whyTrimDiffers } from './why-trim-differs.ts';

/** What a fix needs of the process: to be looked at, and to be asked. */
export interface Patient {
  look(): Promise<Evidence>;
  /** With what has changed since the first look. */
  lookAgain(first: Evidence): Promise<Evidence>;
  inspect(): Promise<HeapInspection>;
  /** What it has used since it was started; undefined where that is not told. */
  readUse(): Promise<ResourceUse | undefined>;
  /** Runs a diagnostic command of the JVM. */
  ask(command: string): Promise<string>;
}

/** Cleaners run after the collection, on a thread of their own; on a busy machine 100,000 of them take some seconds. */
const cleaningTimeoutMs = 15_000;
const pollMs = 100;

/** malloc_trim(3) by the JVM, and whether it gave back what was predicted from outside. */
export async function applyTrim({ look, readUse, ask }: Patient): Promise<AppliedFix> {
  const used = await readUse();
  const before = await look();
  const figures = mallocRss(before);
  if (!before.jvm?.canTrim || !figures) throw cannotTrim(before);
  await ask('System.trim_native_heap');
  const after = await look();
  const fix = compare('trim', before, after, figures.trimmableBytes, before.rssBytes - after.rssBytes);
  const usedAfter = await readUse();
  const faults = used && usedAfter ? usedAfter.minorFaults - used.minorFaults : 0;
  return { ...fix, reasons: whyTrimDiffers(fix, { before, after, faultedBytes: faults * pageSizeBytes }) };
}

/** A collection of the whole heap, and which of the zlib states it freed. */
export async function applyGc({ look, inspect, ask }: Patient): Promise<AppliedFix> {
  const before = await look();
  if (!before.jvm || !before.malloc) {
    throw new OffheapError('ATTACH_FAILED', `Expected a JVM on glibc for --gc, but ${whatIsMissing(before)}`);
  }
  await ask('GC.run');
  await untilCleaned(inspect);
  const after = await look();
  const predictedBytes = before.malloc.census.bytes;
  if (!after.malloc) {
    throw new OffheapError('ATTACH_FAILED', `Expected to see what the collection freed, but ${whatIsMissing(after)}`);
  }
  const freedBytes = blocksInUseBytes(before.malloc) - blocksInUseBytes(after.malloc);
  const fix = compare('gc', before, after, predictedBytes, freedBytes);
  return { ...fix, reasons: whyMemoryStayed(before, after) };
}

/** Until two looks in a row find as many states: then the Cleaner has nothing left to do. */
async function untilCleaned(inspect: Patient['inspect']): Promise<void> {
  const deadline = performance.now() + cleaningTimeoutMs;
  let last = (await inspect()).census.bytes;
  while (performance.now() < deadline) {
    await delay(pollMs);
    const now = (await inspect()).census.bytes;
    if (now === last) return;
    last = now;
  }
}

function compare(
  kind: AppliedFix['kind'],
  before: Evidence,
  after: Evidence,
  predictedBytes: number,
  actualBytes: number,
): AppliedFix {
  return {
    kind,
    measure: kind === 'trim' ? 'rss' : 'live malloc',
    predictedBytes,
    actualBytes,
    rssBeforeBytes: before.rssBytes,
    rssAfterBytes: after.rssBytes,
    errorShare: (predictedBytes - actualBytes) / before.rssBytes,
    reasons: [],
  };
}

function whyMemoryStayed(before: Evidence, after: Evidence): string[] {
  const heldBytes = after.malloc?.census.bytes ?? 0;
  const keptBytes = mallocRss(after)?.freeRssBytes ?? 0;
  return [
    ...(heldBytes >= tellingBytes
      ? [
          `${formatMiB(heldBytes)} MiB of zlib states survived the collection. The program holds them, and only its code can end them.`,
        ]
      : []),
    ...(keptBytes >= tellingBytes && before.rssBytes - after.rssBytes < keptBytes
      ? [`glibc keeps ${formatMiB(keptBytes)} MiB of free memory. A trim gives back what can be given back.`]
      : []),
    ...whatWasRead(before),
    ...whatWasRead(after),
  ];
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
