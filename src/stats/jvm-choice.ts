import type { FitOfConfiguration, JvmOfAttempt } from '../model/fit.ts';
import type { Pin } from '../model/pin.ts';
import { bytesPerMiB } from '../model/units.ts';

/** By which flag a JVM is told its collector (jdk: gc/shared/gcConfig.cpp, IncludedGCs). */
const collectorFlags: Readonly<Record<string, string>> = {
  G1: '-XX:+UseG1GC',
  Parallel: '-XX:+UseParallelGC',
  Serial: '-XX:+UseSerialGC',
  CMS: '-XX:+UseConcMarkSweepGC',
  ZGC: '-XX:+UseZGC',
  Shenandoah: '-XX:+UseShenandoahGC',
};

/** Flags by which a JVM is what this one was. Undefined for a collector that has no flag here. */
export function flagsOf({ collector, maxHeapBytes }: JvmOfAttempt, pin: Pin): string[] | undefined {
  const flag = collectorFlags[collector];
  if (flag === undefined) return undefined;
  const heap = pin === 'all' && maxHeapBytes !== undefined ? [`-Xmx${Math.floor(maxHeapBytes / bytesPerMiB)}m`] : [];
  return [flag, ...heap];
}

/** Flags by which the heap is a percentage of the limit. Below 250 MiB or so it is the second one that counts (jdk: runtime/arguments.cpp, set_heap_size). */
export function heapFlags({ heapPercentage }: FitOfConfiguration): string[] {
  return heapPercentage === undefined ? [] : [`-XX:MaxRAMPercentage=${heapPercentage}`, `-XX:MinRAMPercentage=${heapPercentage}`];
}

/** The JVM of the runs without a limit: the first that was seen. */
export function unlimitedJvm({ attempts }: FitOfConfiguration): JvmOfAttempt | undefined {
  return attempts.find(({ limitBytes, jvm }) => limitBytes === undefined && jvm)?.jvm;
}

/** The flags by which the JVM is what it was at the limit, wherever it runs; none where it has a collector without a flag, or is none. */
export function shippedFlags(fit: FitOfConfiguration): string[] {
  const jvm = jvmAtTheLimit(fit);
  return fit.pinnedFlags ?? (jvm && flagsOf(jvm, 'collector')) ?? [];
}

/** The JVM at the limit that was found. */
export function jvmAtTheLimit({ attempts, limitBytes }: FitOfConfiguration): JvmOfAttempt | undefined {
  if (limitBytes === undefined) return undefined;
  return attempts.find((attempt) => attempt.limitBytes === limitBytes && attempt.jvm)?.jvm;
}
