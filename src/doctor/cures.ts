import type { Cure } from '../allocators/allocator.ts';
import { arenaMax, arenaMaxTunable, defaultTrimThreshold, trimInterval, trimThreshold } from '../allocators/glibc.ts';
import { installs } from '../allocators/installs.ts';
import { backgroundPurge } from '../allocators/jemalloc.ts';
import { jvmFlag, type Setting, spell, variable } from '../allocators/setting.ts';

const maxRamPercentage = jvmFlag('MaxRAMPercentage');
const maxStackSize: Setting = { name: '-Xss', equals: '' };
const maxCachedBufferSize: Setting = { name: '-Djdk.nio.maxCachedBufferSize', equals: '=' };
const temporaryFolder: Setting = { name: '-Djava.io.tmpdir', equals: '=' };
/** ZGC and Shenandoah collect by themselves when idle. */
const collectionInterval = jvmFlag('G1PeriodicGCInterval', { firstJdks: ['12'], collector: 'G1' });

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
    assignments: [[collectionInterval, '300000']],
    unless: [[collectionInterval]],
  },
  smallerHeap: {
    action: 'Bound the heap by what the application needs.',
    assignments: [[maxRamPercentage, '50']],
  },
  roomBesideHeap: {
    action: 'Leave room for native memory: bound the heap by a share of the limit.',
    assignments: [[maxRamPercentage, '50']],
  },
  shrinkingHeap: {
    action: 'Let the collector give more back when the heap is mostly empty.',
    assignments: [
      [jvmFlag('MaxHeapFreeRatio'), '30'],
      [jvmFlag('MinHeapFreeRatio'), '10'],
    ],
  },
  smallerStacks: {
    action: 'Bound each stack. Deep recursion then fails earlier, with a StackOverflowError.',
    assignments: [[maxStackSize, '512k']],
  },
  boundedMetaspace: {
    action: 'Bound the metaspace. A leak of class loaders then fails early and does not fill the container.',
    assignments: [[jvmFlag('MaxMetaspaceSize'), '256m']],
  },
  boundedDirectMemory: {
    action: 'Bound direct buffers. The JVM then collects before it passes the bound, which is as large as the heap by default.',
    assignments: [[jvmFlag('MaxDirectMemorySize'), '256m']],
  },
  temporaryFilesOnDisk: {
    action: 'Put temporary files on a disk. There their pages are page cache: the kernel takes them back when it needs memory.',
    assignments: [[temporaryFolder, '/var/tmp']],
  },
  boundedThreadBuffers: {
    action: 'Bound the direct buffers that each thread keeps for channel reads and writes.',
    assignments: [[maxCachedBufferSize, '262144']],
  },
} satisfies Record<string, Cure>;
