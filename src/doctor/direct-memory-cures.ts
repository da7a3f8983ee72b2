import type { Evidence, Fix } from '../model/doctor.ts';
import { bytesPerMiB, formatMiB } from '../model/units.ts';
import { maxHeapBytesOf, numberOfFlag } from '../parse/vm-texts.ts';
import { collectBuffers, findLeak } from './advice.ts';
import { cures } from './cures.ts';
import { comfortableBytes } from './java-flags.ts';
import { wasCollectedForThis } from './last-collection.ts';
import { prescribe } from './prescribe.ts';
import type { JavaMaker } from './rules/block-owners.ts';

export interface DirectMemory {
  bytes: number;
  /** Who may have asked for it; of an unknown one direct buffers are. */
  makers: readonly JavaMaker[];
  /** Each thread of a pool keeps one. */
  isOfThreads: boolean;
}

/** What each of those who may have asked for it needs, the best first. */
export function directMemoryFixes(evidence: Evidence, { bytes, makers, isOfThreads }: DirectMemory): Fix[] {
  const has = (maker: JavaMaker) => makers.includes(maker);
  const isCollectable = (has('direct buffers') || has('JNA')) && !(evidence.jvm && wasCollectedForThis(evidence.jvm));
  const bounded = prescribe(cures.boundedThreadBuffers, evidence);
  const mayBeOfThreads = evidence.jvm?.blockMakers?.includes('channel buffers') ?? has('direct buffers');
  return [
    ...(isOfThreads ? bounded : []),
    ...(has('Netty') ? [{ action: askNetty }] : []),
    ...(isCollectable ? [collectBuffers(evidence)] : []),
    ...(has('direct buffers') && evidence.jvm?.flags.includes('-XX:+DisableExplicitGC') ? [{ action: letItCollect }] : []),
    ...(has('FFM') ? [{ action: closeArenas }] : []),
    ...(has('JNA') ? [{ action: 'In the code: close each com.sun.jna.Memory, or keep fewer of them.' }] : []),
    ...(has('direct buffers') ? [{ action: 'In the code: keep fewer buffers, and use them again.' }] : []),
    findLeak(evidence),
    ...(has('Netty') ? nettyFixes(evidence) : []),
    ...(!isOfThreads && mayBeOfThreads && makers.length > 0 && !has('Netty') ? bounded : []),
    ...(has('direct buffers') && !has('Netty') ? boundDirectMemory(evidence, bytes) : []),
  ];
}

const askNetty =
  'In the code: ask the pool how much of its chunks is in use, by PooledByteBufAllocator.metric(). Much of it: buffers are not released, and the leak detector names who made them. Little: the pool keeps a chunk for each of too many arenas.';
/** jdk: java.nio.Bits.reserveMemory calls System.gc() when the bound is reached, and waits for Cleaners. */
const letItCollect =
  'Start it without -XX:+DisableExplicitGC, or with -XX:+ExplicitGCInvokesConcurrent in its place: with it the JDK cannot collect when direct buffers reach their bound.';
const closeArenas =
  'In the code: close each Arena when its memory is no longer needed. That of Arena.ofAuto() is freed by the GC, that of Arena.global() never.';

/** One of them costs much processor time, the other contention. */
function nettyFixes(evidence: Evidence): Fix[] {
  return [...prescribe(cures.nettyLeakDetection, evidence), ...prescribe(cures.fewerNettyArenas, evidence)];
}

/**
 * Only where a collection has just told what is needed: a bound below that ends in an OutOfMemoryError. Without the flag the bound is as large as the heap
 * may become (jdk: jdk.internal.misc.VM.initializeFromArchive, maxDirectMemory).
 */
function boundDirectMemory({ jvm }: Evidence, bytes: number): Fix[] {
  if (!jvm || !wasCollectedForThis(jvm)) return [];
  const presentBytes = numberOfFlag(jvm.flags, 'MaxDirectMemorySize') || maxHeapBytesOf(jvm.flags);
  const boundBytes = comfortableBytes(bytes);
  if (presentBytes === undefined || boundBytes >= presentBytes) return [];
  const action = `Bound direct buffers, if no load needs more: ${formatMiB(bytes)} MiB are left after the collection, and this leaves as much again. The JVM collects before it passes the bound; what needs more ends in an OutOfMemoryError.`;
  return [{ action, jvmFlags: [`-XX:MaxDirectMemorySize=${boundBytes / bytesPerMiB}m`] }];
}
