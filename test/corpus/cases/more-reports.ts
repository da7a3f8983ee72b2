import type { Case } from '../cases.ts';
import { java, small } from './java-program.ts';

/** Public reports that were rebuilt when rules were already changed for the first ten: where each is, and what its cause was. */
export const moreReportCases: readonly Case[] = [
  {
    // https://github.com/nt-nerdtechnic/Navide/issues/23
    // 4 million small objects were freed, and those that were left lay in every arena of pymalloc: none of the arenas could go back.
    name: 'report, second set: small objects of Python that hold arenas',
    program: { python: 'scattered' },
    truth: {
      right: [{ says: /pymalloc|fragment|scatter|arenas? of Python|Python’s arenas/i }],
      half: [{ says: /python/i }, { code: 'mmap-user' }],
    },
  },
  {
    // https://github.com/jemalloc/jemalloc/issues/1832
    // dirty_decay_ms:-1 and muzzy_decay_ms:-1: jemalloc keeps every page that was once used.
    name: 'report, second set: jemalloc that was told to keep all',
    program: { c: 'retained_pages' },
    preload: ['jemalloc'],
    environment: { MALLOC_CONF: 'dirty_decay_ms:-1,muzzy_decay_ms:-1' },
    truth: {
      right: [{ code: 'allocator-idle', says: /decay_ms:-1|decay_ms is -1|never/, number: null }],
      half: [{ code: 'allocator-idle' }, { code: 'not-enough-evidence' }],
    },
  },
  {
    // https://github.com/openjdk/jdk/pull/1070
    // Methods that were called by reflection more than 15 times: an accessor class for each, in a loader of its own.
    name: 'report, second set: accessors of reflection',
    program: java('Accessors', [...small, '-Xmx64m']),
    truth: {
      right: [{ code: 'metaspace', says: /reflect|DelegatingClassLoader|GeneratedMethodAccessor/i }],
      half: [{ code: 'metaspace' }],
    },
  },
  {
    // https://github.com/apache/brooklyn-server/pull/413
    // Soft references outlive collections while much of the heap is free: the heap grows to its bound with what a cache may lose.
    name: 'report, second set: a cache of soft references',
    program: java('SoftCache', ['-XX:+UseG1GC', '-Xmx400m']),
    truth: { right: [{ code: 'java-heap-dominates', says: /\bsoft/i }], half: [{ code: 'java-heap-dominates' }] },
  },
  {
    // https://github.com/whisperfish/presage/pull/405
    // Each connection of a pool has a page cache of its own, and all of them have read the whole database of SQLite.
    name: 'report, second set: a page cache for each connection of SQLite',
    program: { java: 'SqlitePool', flags: [...small, '-Xmx48m'], jars: ['sqlite'] },
    // It knows its pages, and not what the cache adds to each.
    truth: { right: [{ says: /sqlite/i, number: null }], half: [{ code: 'live-malloc' }] },
  },
];
