import type { Cure } from '../allocators/allocator.ts';
import { arenaMax, arenaMaxTunable, defaultTrimThreshold, hugePagesOfMalloc, trimThreshold } from '../allocators/glibc.ts';
import { installs } from '../allocators/installs.ts';
import { backgroundPurge } from '../allocators/jemalloc.ts';
import { type Assignment, jvmFlag, jvmSwitch, type Setting, spell, variable } from '../allocators/setting.ts';
import { trimInterval } from '../allocators/trim-interval.ts';

/** Of JDK 8 since its update 102 (JDK-8147468). */
const maxCachedBufferSize: Setting = { name: '-Djdk.nio.maxCachedBufferSize', equals: '=', firstJdks: ['8.0_102'] };
const noTransparentHugePages: Setting = { name: '-XX:-UseTransparentHugePages', equals: '' };
const nettyLeakDetection: Setting = { name: '-Dio.netty.leakDetection.level', equals: '=' };
const nettyDirectArenas: Setting = { name: '-Dio.netty.allocator.numDirectArenas', equals: '=' };
const temporaryFolder: Setting = { name: '-Djava.io.tmpdir', equals: '=' };
/** ZGC and Shenandoah collect by themselves when idle. It can be set of a running JVM as well (jdk: g1_globals.hpp, MANAGEABLE). */
const collectionInterval = jvmFlag('G1PeriodicGCInterval', { firstJdks: ['12'], collector: 'G1' });
const defaultCollectionIntervalMs = '300000';
/** From JDK 13 on ZGC gives back by itself (JEP 351). */
const zUncommitDelay = jvmFlag('ZUncommitDelay', { firstJdks: ['13'], collector: 'ZGC' });
const shenandoah = { collector: 'Shenandoah' };
const shenandoahUncommitDelay = jvmFlag('ShenandoahUncommitDelay', shenandoah);

/** What a JVM has to be started with so that it tells what it allocates itself. */
export const nmtFlag = spell(jvmFlag('NativeMemoryTracking'), 'summary');

/** What the doctor advises to set, beside what lets each allocator purge: that is in the allocator's own file. */
export const cures = {
  /** A trim of gigabytes takes tens of milliseconds, and nothing stands still but a thread that allocates. */
  trimRegularly: {
    action: 'Let the JVM trim once a minute.',
    assignments: [[trimInterval, '60000']],
    unless: [[trimInterval]],
  },
  /** By itself it gives nothing back: it leaves fewer tops for a trim to miss. */
  fewerArenas: {
    action: 'Share two arenas among all threads. That gives nothing back by itself, but then a trim reaches nearly everything.',
    assignments: [[arenaMax, '2']],
    unless: [[arenaMax], [arenaMaxTunable]],
  },
  /** The tops of all arenas are cut by the free that makes them larger than that. */
  fixedTrimThreshold: {
    action:
      'Fix the trim threshold. A free of a large block then no longer raises it, and arenas give back their tops by themselves.',
    assignments: [[trimThreshold, defaultTrimThreshold]],
    unless: [[trimThreshold]],
  },
  /** What keeps small and large blocks apart, so that a page becomes free as a whole. */
  otherAllocator: {
    action: 'Use jemalloc with its background thread. It keeps blocks of one size together, and gives idle memory back.',
    assignments: [[variable('LD_PRELOAD'), installs.jemalloc.libraries[0] ?? ''], ...backgroundPurge],
  },
  collectRegularly: {
    action: 'Let G1 collect when it has not collected for five minutes.',
    assignments: [[collectionInterval, defaultCollectionIntervalMs]],
    unless: [[collectionInterval]],
  },
  /** Serial and Parallel collect when the program allocates, and so never when it is idle. */
  g1Instead: {
    action: 'Run it on G1, and let that collect when it has not collected for five minutes: it gives back what it does not need.',
    assignments: [
      [jvmSwitch('+', 'UseG1GC'), ''],
      [jvmFlag('G1PeriodicGCInterval', { firstJdks: ['12'] }), defaultCollectionIntervalMs],
    ],
  },
  zUncommitSooner: {
    action: 'Let ZGC give back what it has not used for one minute, where it waits for five.',
    assignments: [[zUncommitDelay, '60']],
    unless: [[zUncommitDelay], [jvmSwitch('-', 'ZUncommit')]],
  },
  shenandoahUncommitSooner: {
    action:
      'Let Shenandoah collect when it has not collected for one minute, and give back what it has not used for one, where it waits for five.',
    assignments: [
      [jvmSwitch('+', 'UnlockExperimentalVMOptions'), ''],
      [shenandoahUncommitDelay, '60000'],
      [jvmFlag('ShenandoahGuaranteedGCInterval', shenandoah), '60000'],
    ],
    unless: [[shenandoahUncommitDelay], [jvmSwitch('-', 'ShenandoahUncommit')]],
  },
  /** By itself Serial gives back in steps, the whole only at the fourth full collection in a row. */
  shrinkSerialAtOnce: {
    action: 'Let a full collection shrink the heap at once, and to a smaller reserve.',
    assignments: [[jvmSwitch('-', 'ShrinkHeapInSteps', { firstJdks: ['9'], collector: 'Serial' }), ''], ...smallReserve()],
  },
  /** By itself Parallel leaves the sizes alone at a collection that was asked for. */
  resizeParallelWhenAsked: {
    action: 'Let a collection that is asked for resize the heap, and to a smaller reserve.',
    assignments: [[jvmSwitch('+', 'UseAdaptiveSizePolicyWithSystemGC', { collector: 'Parallel' }), ''], ...smallReserve()],
  },
  /** Heeded at a full collection, and by G1 at the end of a concurrent one. */
  smallerReserve: {
    action: 'Let a collection of the whole heap leave a smaller reserve.',
    assignments: smallReserve('G1'),
    unless: [[jvmFlag('MaxHeapFreeRatio')]],
  },
  boundedMetaspace: {
    action: 'Bound the metaspace. A leak of class loaders then fails early and does not fill the container.',
    assignments: [[jvmFlag('MaxMetaspaceSize'), '256m']],
  },
  nettyLeakDetection: {
    action:
      'Let Netty’s leak detector follow every buffer, in a test: that costs much processor time. It logs where a buffer was used that the GC found unreleased.',
    assignments: [[nettyLeakDetection, 'paranoid']],
    unless: [[nettyLeakDetection]],
  },
  fewerNettyArenas: {
    action:
      'Share two arenas of Netty’s own pool among all threads. It makes twice as many as there are cores, each with chunks of its own. A pool that is made with a number of its own keeps that.',
    assignments: [[nettyDirectArenas, '2']],
    unless: [[nettyDirectArenas]],
  },
  temporaryFilesOnDisk: {
    action: 'Put temporary files on a disk. There their pages are page cache: the kernel takes them back when it needs memory.',
    assignments: [[temporaryFolder, '/var/tmp']],
  },
  noHugeHeap: {
    action: 'Start the JVM without huge pages for its heap, code and tables.',
    assignments: [[noTransparentHugePages, '']],
  },
  noHugeMalloc: {
    action: 'Let malloc ask for no huge pages.',
    assignments: [[hugePagesOfMalloc, '0']],
  },
  boundedThreadBuffers: {
    action: 'Bound the direct buffers that each thread keeps for channel reads and writes.',
    assignments: [[maxCachedBufferSize, '262144']],
    unless: [[maxCachedBufferSize]],
  },
} satisfies Record<string, Cure>;

/** A collector keeps 40 to 70 % of the heap free by default. */
function smallReserve(collector?: string): readonly Assignment[] {
  const heededBy = collector === undefined ? {} : { collector };
  return [
    [jvmFlag('MaxHeapFreeRatio', heededBy), '30'],
    [jvmFlag('MinHeapFreeRatio', heededBy), '10'],
  ];
}
