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
    action: 'Share two arenas among all threads: it gives nothing back by itself, but makes a trim reach nearly everything.',
    assignments: [[arenaMax, '2']],
    unless: [[arenaMax], [arenaMaxTunable]],
  },
  /** The tops of all arenas are cut by the free that makes them larger than that. */
  fixedTrimThreshold: {
    action:
      'Keep the trim threshold where it is at the start: the free of a large block no longer raises it, and arenas give back their tops by themselves.',
    assignments: [[trimThreshold, defaultTrimThreshold]],
    unless: [[trimThreshold]],
  },
  /** What keeps small and large blocks apart, so that a page becomes free as a whole. */
  otherAllocator: {
    action: 'Use an allocator that keeps blocks of one size together, and purges: jemalloc with a thread for it.',
    assignments: [[variable('LD_PRELOAD'), installs.jemalloc.libraries[0] ?? ''], ...backgroundPurge],
  },
  collectRegularly: {
    action: 'Let G1 collect when it has not for five minutes.',
    assignments: [[collectionInterval, '300000']],
    unless: [[collectionInterval]],
  },
  smallerHeap: {
    action: 'Bound the heap by what the application needs.',
    assignments: [[maxRamPercentage, '50']],
  },
  roomBesideHeap: {
    action: 'Leave room for native memory: bound the heap by the container.',
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
    action: 'Bound each stack; deep recursion then fails earlier, by a StackOverflowError.',
    assignments: [[maxStackSize, '512k']],
  },
  boundedMetaspace: {
    action: 'Bound it, so that a leak of loaders fails early instead of filling the container.',
    assignments: [[jvmFlag('MaxMetaspaceSize'), '256m']],
  },
  boundedDirectMemory: {
    action: 'Bound them: a collection is forced before the bound is passed. It is as large as the heap by default.',
    assignments: [[jvmFlag('MaxDirectMemorySize'), '256m']],
  },
  temporaryFilesOnDisk: {
    action:
      'Let Java make its temporary files on a disk, where their pages are page cache, which the kernel takes back when it needs it.',
    assignments: [[temporaryFolder, '/var/tmp']],
  },
  boundedThreadBuffers: {
    action: 'Bound the buffers that each thread keeps for reading and writing heap buffers through channels.',
    assignments: [[maxCachedBufferSize, '262144']],
  },
} satisfies Record<string, Cure>;
