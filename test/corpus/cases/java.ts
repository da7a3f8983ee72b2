import { join } from 'node:path';
import type { Case } from '../cases.ts';
import { builtIn } from '../compile.ts';
import { dueTo, emptyHeap, heldStates, named } from './causes.ts';

/** Serial, and C1 alone: the JVM around the program is small. */
const small = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
const java = (name: string, flags: readonly string[], ...args: string[]) => ({
  java: name,
  flags,
  ...(args.length > 0 ? { arguments: args } : {}),
});
const burst = (...flags: string[]) => java('HeapBurst', [...flags, '-Xmx640m']);

export const javaCases: readonly Case[] = [
  { name: 'Inflaters that are held', program: java('HeldInflaters', [...small, '-Xmx64m']), truth: heldStates },
  {
    name: 'Inflaters that are held, older than the last full GC',
    program: java('HeldInflaters', [...small, '-Xmx64m'], 'before-gc'),
    truth: heldStates,
  },
  {
    name: 'Inflaters that are held, on G1',
    program: java('HeldInflaters', ['-XX:+UseG1GC', '-Xmx64m']),
    jdks: [17, 25],
    truth: heldStates,
  },
  {
    name: 'Inflaters that wait for G1',
    inSuite: true,
    program: java('WaitingForGc', ['-XX:+UseG1GC', '-Xms256m', '-Xmx256m']),
    jdks: [17, 25],
    thenForMs: 2000,
    truth: dueTo('waiting-for-gc'),
  },
  {
    name: 'streams of gzip that were not closed',
    program: java('Gzips', ['-XX:+UseG1GC', '-Xms256m', '-Xmx256m', '-Xmn200m']),
    truth: dueTo('waiting-for-gc'),
  },
  {
    name: 'a stuck finalizer',
    program: java('StuckFinalizer', [...small, '-Xmx64m']),
    jdks: [17, 25],
    thenForMs: 2000,
    truth: named(/finaliz/i),
  },
  {
    name: 'a stuck Cleaner',
    program: java('StuckCleaner', [...small, '-Xmx64m']),
    jdks: [17, 25],
    truth: named(/\bCleaner[- ]?(?:thread|\d)|thread .*Cleaner/i),
  },
  {
    name: 'direct buffers that are held, without NMT',
    program: java('DirectBuffers', ['-XX:+UseG1GC', '-Xmx200m']),
    jdks: [17, 25],
    thenForMs: 2000,
    truth: dueTo('direct-buffers', 'live-malloc'),
  },
  {
    name: 'direct buffers that nobody refers to',
    program: java('DroppedBuffers', ['-XX:+UseG1GC', '-Xmx200m']),
    truth: {
      right: [
        { code: 'waiting-for-gc' },
        { code: 'direct-buffers', says: /unreachable|nobody refers|waits? for (?:a|the) GC|only a (?:GC|collection)/i },
      ],
      half: [{ code: 'direct-buffers' }],
    },
  },
  {
    name: 'buffers that the JDK keeps for each thread',
    program: java('ThreadBuffers', [...small, '-Xmx256m']),
    truth: {
      right: [{ code: 'direct-buffers', says: /each thread|per thread|thread keeps|maxCachedBufferSize/i }],
      half: [{ code: 'direct-buffers' }, { code: 'live-malloc' }],
    },
  },
  {
    name: 'blocks of Unsafe that are held',
    program: java('UnsafeCache', [...small, '-Xmx32m']),
    truth: named(/Unsafe/, 'live-malloc'),
  },
  {
    name: 'a cache of a JNI library',
    program: java('JniCache', [...small, '-Xmx32m'], join(builtIn('jni'), 'jni_cache.so')),
    truth: named(/jni_cache/, 'live-malloc'),
  },
  { name: 'interned strings', program: java('InternedStrings', ['-XX:+UseG1GC', '-Xmx400m']), truth: dueTo('java-heap-dominates') },
  {
    name: 'Deflaters that were ended',
    inSuite: true,
    program: java('EndedDeflaters', [...small, '-Xmx32m']),
    jdks: [17, 25],
    truth: dueTo('retained-pages', 'retained-arena-tops', 'too-many-arenas'),
  },
  {
    name: 'Deflaters that were ended, on jemalloc',
    program: java('EndedDeflaters', [...small, '-Xmx32m']),
    preload: ['jemalloc'],
    truth: dueTo('allocator-idle'),
  },
  {
    name: 'Deflaters that were ended, on tcmalloc',
    inSuite: true,
    program: java('EndedDeflaters', [...small, '-Xmx32m']),
    preload: ['meter', 'tcmalloc'],
    truth: dueTo('allocator-idle'),
  },
  { name: 'a heap after a burst, G1', program: burst('-XX:+UseG1GC'), jdks: [17, 25], truth: emptyHeap },
  { name: 'a heap after a burst, Parallel', program: burst('-XX:+UseParallelGC'), truth: emptyHeap },
  { name: 'a heap after a burst, Serial', program: burst('-XX:+UseSerialGC'), truth: emptyHeap },
  { name: 'a heap after a burst, ZGC', program: burst('-XX:+UseZGC'), jdks: [17, 25], truth: emptyHeap },
  { name: 'a heap after a burst, Shenandoah', program: java('HeapBurst', ['-XX:+UseShenandoahGC', '-Xmx1g']), truth: emptyHeap },
  {
    name: 'a heap in use, whose bound is the default',
    program: java('JavaHeap', ['-XX:+UseG1GC']),
    jdks: [17, 25],
    truth: dueTo('java-heap-dominates'),
  },
  {
    name: 'C2 that compiles huge methods',
    program: java('CompilesHugeMethod', [
      '-XX:+UseSerialGC',
      '-Xmx64m',
      '-Xcomp',
      '-XX:-TieredCompilation',
      '-XX:-DontCompileHugeMethods',
      '-XX:MaxNodeLimit=2000000',
      '-XX:NodeLimitFudgeFactor=40000',
      '-XX:CompileCommand=quiet',
      '-XX:CompileCommand=compileonly,Huge::*',
    ]),
    truth: named(/\bcompil/i),
  },
  {
    name: 'C2 that compiles huge methods, with NMT',
    program: java('CompilesHugeMethod', [
      '-XX:+UseSerialGC',
      '-Xmx64m',
      '-Xcomp',
      '-XX:-TieredCompilation',
      '-XX:-DontCompileHugeMethods',
      '-XX:MaxNodeLimit=2000000',
      '-XX:NodeLimitFudgeFactor=40000',
      '-XX:CompileCommand=quiet',
      '-XX:CompileCommand=compileonly,Huge::*',
      '-XX:NativeMemoryTracking=summary',
    ]),
    truth: named(/\bcompil/i),
  },
  {
    name: 'millions of symbols',
    program: java('Symbols', [...small, '-Xmx64m']),
    jdks: [17, 25],
    truth: named(/symbol/i, 'metaspace', 'live-malloc'),
  },
  {
    name: 'millions of symbols, with NMT',
    program: java('Symbols', [...small, '-Xmx64m', '-XX:NativeMemoryTracking=summary']),
    truth: named(/symbol/i, 'metaspace', 'live-malloc'),
  },
  {
    name: 'compiled code',
    program: java('CodeCache', [
      ...small,
      '-Xmx64m',
      '-Xcomp',
      '-XX:ReservedCodeCacheSize=240m',
      '-XX:CompileCommand=quiet',
      '-XX:CompileCommand=compileonly,Long::*',
    ]),
    jdks: [17, 25],
    truth: named(/code cache|compiled code/i),
  },
  {
    name: 'many class loaders, G1',

    program: java('ManyLoaders', ['-XX:+UseG1GC', '-Xmx128m']),
    jdks: [17, 25],
    truth: dueTo('metaspace'),
  },
  {
    name: 'a leak of 60 MiB a minute',
    program: java('SteadyLeak', [...small, '-Xmx64m'], 'native', '60'),
    forMs: 6000,
    truth: dueTo('malloc-growing', 'live-malloc'),
  },
  {
    name: 'a leak of 1 MiB a minute',
    program: java('SteadyLeak', [...small, '-Xmx64m'], 'native', '1'),
    forMs: 60_000,
    truth: dueTo('malloc-growing', 'live-malloc'),
  },
  {
    name: 'a leak of 120 MiB a minute in the Java heap',
    program: java('SteadyLeak', ['-XX:+UseG1GC', '-Xmx512m'], 'heap', '120'),
    forMs: 6000,
    truth: {
      right: [{ code: 'java-heap-dominates', says: /grew|grow(?:s|ing)|a minute/i }],
      half: [{ code: 'java-heap-dominates' }],
    },
  },
  {
    name: 'arenas of the foreign memory API',
    program: { java: 'ForeignArenas', flags: [...small, '-Xmx64m'], since: 22 },
    jdks: [25],
    truth: named(/\bFFM\b|foreign|MemorySegment|\barenas? of (?:the )?(?:java|foreign)/i, 'live-malloc', 'direct-buffers'),
  },
];
