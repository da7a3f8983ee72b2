import type { Case } from '../cases.ts';
import { dueTo, named } from './causes.ts';
import { java } from './java-program.ts';

/** Public reports that were rebuilt after the second set: where each is, and what its cause was. */
export const thirdReportCases: readonly Case[] = [
  {
    // https://github.com/jetty/jetty.project/issues/14028
    // The pool of direct buffers had a bucket for each size, without a bound: what it had made for any response it kept.
    name: 'report, third set: a pool of direct buffers of many sizes',
    program: java('PooledBuffers', ['-XX:+UseG1GC', '-Xmx256m']),
    truth: dueTo('direct-buffers', 'live-malloc'),
  },
  {
    // https://github.com/apache/curator/issues/874
    // Streams of gzip that were not closed, on JDK 8: their finalizers did not come in time.
    name: 'report, third set: streams of gzip that wait for finalizers',
    program: java('OpenGzips', ['-XX:+UseG1GC', '-Xms512m', '-Xmx512m']),
    jdks: [8],
    // A collection of young objects lets some be finalized.
    truth: { right: [{ code: 'waiting-for-gc', number: null }], half: [{ code: 'live-malloc' }, { code: 'retained-pages' }] },
  },
  {
    // https://github.com/virtualcell/vcell/pull/1899
    // Garbage of a health check filled a heap of which 36 MiB were needed, in a container without room for it.
    name: 'report, third set: a heap of garbage that nobody collects',
    program: java('HealthChecks', ['-XX:+UseG1GC', '-Xmx600m']),
    truth: { right: [{ code: 'java-heap-dominates', says: /at most/i, number: null }], half: [{ code: 'java-heap-dominates' }] },
  },
  {
    // https://github.com/prestodb/presto/issues/8993
    // Inflaters were ended, and the arenas of many threads kept what they had freed. jemalloc saw no leak.
    name: 'report, third set: arenas of many threads that had Inflaters',
    program: java('ArenaInflaters', ['-Xmx256m']),
    jdks: [8],
    truth: {
      right: [
        { code: 'retained-pages', number: null },
        { code: 'too-many-arenas', number: null },
      ],
      half: [{ code: 'retained-arena-tops' }],
    },
  },
  {
    // https://github.com/luben/zstd-jni/issues/156
    // With System.gc() in the loop it took little, without it 8 GB: what a library has behind dead objects waits for a collection.
    name: 'report, third set: streams of zstd that wait for a collection',
    program: { java: 'ZstdStreams', flags: ['-XX:+UseG1GC', '-Xms400m', '-Xmx400m'], jars: ['zstd'] },
    truth: named(/zstd.*waits? for a GC/i, 'live-malloc'),
  },
];
