import type { Cure } from '../allocators/allocator.ts';
import type { Setting } from '../allocators/setting.ts';
import type { Evidence, Fix } from '../model/doctor.ts';
import { bytesPerMiB, formatMiB } from '../model/units.ts';
import { maxHeapBytesOf, numberOfFlag } from '../parse/vm-texts.ts';
import { collectBuffers, findLeak, showOwners } from './advice.ts';
import { cures } from './cures.ts';
import { comfortableBytes } from './java-flags.ts';
import { wasCollectedForThis } from './last-collection.ts';
import { prescribe } from './prescribe.ts';
import { type JavaMaker, nettysOf } from './rules/block-owners.ts';

export interface DirectMemory {
  bytes: number;
  /** Who may have asked for it; of an unknown one direct buffers are. */
  makers: readonly JavaMaker[];
  /** Each thread of a pool keeps one. */
  isOfThreads: boolean;
  /** The program is known to hold it. */
  isHeld?: boolean;
}

/** What each of those who may have asked for it needs, the best first. */
export function directMemoryFixes(evidence: Evidence, { bytes, makers, isOfThreads, isHeld = false }: DirectMemory): Fix[] {
  const has = (maker: JavaMaker) => makers.includes(maker);
  const mayWait = !isHeld && !(evidence.jvm && wasCollectedForThis(evidence.jvm));
  const isCollectable = (has('direct buffers') || has('JNA')) && mayWait;
  const bounded = prescribe(cures.boundedThreadBuffers, evidence);
  const mayBeOfThreads = evidence.jvm?.blockMakers?.includes('channel buffers') ?? has('direct buffers');
  return [
    ...(isOfThreads ? bounded : []),
    ...(has('Netty') ? askNetty(evidence) : []),
    ...(isCollectable ? [collectBuffers(evidence)] : []),
    ...(has('direct buffers') && evidence.jvm?.flags.includes('-XX:+DisableExplicitGC') ? [{ action: letItCollect }] : []),
    ...(has('FFM') ? [{ action: closeArenas }] : []),
    ...(has('JNA') ? [{ action: 'In the code: close each com.sun.jna.Memory, or keep fewer of them.' }] : []),
    ...(has('direct buffers') ? [{ action: 'In the code: keep fewer buffers, and use them again.' }] : []),
    ...(isHeld ? [showOwners(evidence)] : []),
    findLeak(evidence),
    ...(has('Netty') ? nettyFixes(evidence) : []),
    ...(!isOfThreads && mayBeOfThreads && makers.length > 0 && !has('Netty') ? bounded : []),
    ...(has('direct buffers') && !has('Netty') ? boundDirectMemory(evidence, bytes) : []),
  ];
}

function askNetty({ jvm }: Evidence): Fix[] {
  const pools = new Set(nettysOf(jvm).flatMap((netty) => netty.pools));
  return [...(pools.has('adaptive') ? [{ action: askAdaptivePool }] : []), ...(pools.has('arenas') ? [{ action: askPool }] : [])];
}

const askAdaptivePool =
  'In the code: release each buffer of Netty as soon as it is used. One that is held keeps its whole chunk, which is eight times as large as the usual buffer. The leak detector names who made those that are never released.';
const askPool =
  'In the code: ask the pool how much of its chunks is in use, by PooledByteBufAllocator.metric(). Much of it: buffers are not released, and the leak detector names who made them. Little: the pool keeps a chunk for each of too many arenas.';
/** jdk: java.nio.Bits.reserveMemory calls System.gc() when the bound is reached, and waits for Cleaners. */
const letItCollect =
  'Start it without -XX:+DisableExplicitGC, or with -XX:+ExplicitGCInvokesConcurrent in its place: with it the JDK cannot collect when direct buffers reach their bound.';
const closeArenas =
  'In the code: close each Arena when its memory is no longer needed. That of Arena.ofAuto() is freed by the GC, that of Arena.global() never.';

/** One of them costs much processor time, the other contention. */
function nettyFixes(evidence: Evidence): Fix[] {
  return nettysOf(evidence.jvm).flatMap(({ root, pools }) => [
    ...prescribe(ofNetty(cures.nettyLeakDetection, root), evidence),
    ...(pools.includes('arenas') ? prescribe(ofNetty(cures.fewerNettyArenas, root), evidence) : []),
  ]);
}

/** Who moves Netty's packages moves the names of its settings with them. */
function ofNetty({ action, assignments, unless = [] }: Cure, root: string): Cure {
  const moved = (setting: Setting): Setting => ({ ...setting, name: setting.name.replace('io.netty', root) });
  return {
    action,
    assignments: assignments.map(([setting, value]) => [moved(setting), value] as const),
    unless: unless.map(([setting, ...value]) => [moved(setting), ...value] as const),
  };
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
