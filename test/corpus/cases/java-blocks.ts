import { join } from 'node:path';
import type { Case } from '../cases.ts';
import { builtIn } from '../compile.ts';
import { dueTo, named } from './causes.ts';
import { everyJdk, java, small } from './java-program.ts';

/** Native blocks that a Java program asks for by itself, in use or freed. */
export const blockCases: readonly Case[] = [
  {
    name: 'direct buffers that are held, without NMT',
    inSuite: true,
    program: java('DirectBuffers', ['-XX:+UseG1GC', '-Xmx200m']),
    jdks: everyJdk,
    thenForMs: 2000,
    truth: dueTo('direct-buffers', 'live-malloc'),
  },
  {
    name: 'direct buffers that nobody refers to',
    inSuite: true,
    program: java('DroppedBuffers', ['-XX:+UseG1GC', '-Xmx200m']),
    jdks: everyJdk,
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
    inSuite: true,
    program: java('ThreadBuffers', [...small, '-Xmx256m']),
    jdks: everyJdk,
    truth: {
      right: [{ code: 'direct-buffers', says: /each thread|per thread|thread keeps|maxCachedBufferSize/i }],
      half: [{ code: 'direct-buffers' }, { code: 'live-malloc' }],
    },
  },
  {
    name: 'blocks of Unsafe that are held',
    inSuite: true,
    program: java('UnsafeCache', [...small, '-Xmx32m']),
    jdks: everyJdk,
    truth: named(/Unsafe/, 'live-malloc'),
  },
  {
    name: 'a cache of a JNI library',
    program: java('JniCache', [...small, '-Xmx32m'], join(builtIn('jni'), 'jni_cache.so')),
    truth: named(/jni_cache/, 'live-malloc'),
  },
  {
    name: 'Deflaters that were ended',
    inSuite: true,
    program: java('EndedDeflaters', [...small, '-Xmx32m']),
    jdks: everyJdk,
    // Threads that end let glibc give a part of it back by itself.
    truth: {
      right: [{ code: 'retained-pages', number: null }],
      half: [{ code: 'retained-arena-tops' }, { code: 'too-many-arenas' }],
    },
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
  {
    name: 'a leak of 60 MiB a minute',
    moves: true,
    program: java('SteadyLeak', [...small, '-Xmx64m'], 'native', '60'),
    forMs: 12_000,
    truth: dueTo('malloc-growing', 'live-malloc'),
  },
  {
    name: 'threads that never end',
    moves: true,
    program: java('ThreadLeak', [...small, '-Xmx64m']),
    forMs: 12_000,
    truth: { right: [{ code: 'memory-growing', says: /more threads/, number: null }], half: [{ code: 'thread-stacks' }] },
  },
  {
    name: 'a leak of 1 MiB a minute',
    moves: true,
    program: java('SteadyLeak', [...small, '-Xmx64m'], 'native', '1'),
    forMs: 60_000,
    truth: dueTo('malloc-growing', 'live-malloc'),
  },
  {
    name: 'arenas of the foreign memory API',
    program: { java: 'ForeignArenas', flags: [...small, '-Xmx64m'], since: 22 },
    jdks: [25],
    truth: named(/\bFFM\b|foreign|MemorySegment|\barenas? of (?:the )?(?:java|foreign)/i, 'live-malloc', 'direct-buffers'),
  },
];
