import { join } from 'node:path';
import type { Case } from '../cases.ts';
import { builtIn } from '../compile.ts';
import { named } from './causes.ts';
import { java, small } from './java-program.ts';

/** Of a service that compiles what it runs, but that C2 is to compile nothing else, and to give up late. */
const huge = [
  ...['-XX:+UseSerialGC', '-Xmx64m', '-Xcomp', '-XX:-TieredCompilation', '-XX:-DontCompileHugeMethods'],
  ...['-XX:MaxNodeLimit=2000000', '-XX:NodeLimitFudgeFactor=40000'],
  ...['-XX:CompileCommand=quiet', '-XX:CompileCommand=compileonly,Huge::*'],
];

/** As servers of Minecraft are started, whose heap is as large from its start as it may get. */
const aikar = [
  ...['-Xms400m', '-Xmx400m', '-XX:+UseG1GC', '-XX:+ParallelRefProcEnabled', '-XX:MaxGCPauseMillis=200'],
  ...['-XX:+UnlockExperimentalVMOptions', '-XX:+DisableExplicitGC', '-XX:+AlwaysPreTouch', '-XX:G1NewSizePercent=30'],
  ...['-XX:G1MaxNewSizePercent=40', '-XX:G1HeapRegionSize=8M', '-XX:G1ReservePercent=20', '-XX:G1HeapWastePercent=5'],
  ...['-XX:G1MixedGCCountTarget=4', '-XX:InitiatingHeapOccupancyPercent=15', '-XX:SurvivorRatio=32'],
  ...['-XX:+PerfDisableSharedMem', '-XX:MaxTenuringThreshold=1'],
];

/** Public reports, each rebuilt as a small program: where it is, and what its cause was by the last word of whoever knew. */
export const reportCases: readonly Case[] = [
  {
    // https://github.com/astonbitecode/j4rs/issues/161
    // string_from_jobject asked the JVM for the bytes of each string and never released them: they are in NMT's "Internal".
    name: 'report: strings that a JNI binding does not release',
    program: java('JniStrings', [...small, '-Xmx64m', '-XX:NativeMemoryTracking=summary'], join(builtIn('jni'), 'jni_strings.so')),
    truth: named(/\bInternal\b|\bJNI\b|GetStringUTFChars|jni_strings|native code has lost them/, 'live-malloc'),
  },
  {
    // https://github.com/facebook/rocksdb/issues/1444
    // Each of eight databases in one JVM has its own write buffers: Arena::AllocateNewBlock is that of memtables, which no GC frees.
    name: 'report: memtables of eight databases of RocksDB',
    program: { java: 'RocksMemtables', flags: [...small, '-Xmx64m'], jars: ['rocksdb'] },
    truth: named(/rocks/i, 'live-malloc'),
  },
  {
    // https://github.com/spinnaker/orca/pull/3760
    // Each run of a job evaluated its Groovy anew, and the classes of none of them were ever unloaded.
    name: 'report: jobs of Groovy that load their classes anew',
    program: { java: 'GroovyScripts', flags: ['-XX:+UseSerialGC', '-Xmx96m'], jars: ['groovy'] },
    truth: { right: [{ code: 'metaspace' }], half: [{ code: 'java-heap-dominates' }, { code: 'retained-pages' }] },
  },
  {
    // https://github.com/quarkusio/quarkus/issues/36204
    // C2 had compiled a few large methods; it freed its arenas, and glibc did not give them back.
    name: "report: C2's arenas that glibc keeps",
    program: java('CompiledOnce', huge),
    truth: {
      right: [
        { code: 'retained-pages', number: null },
        { code: 'retained-arena-tops', number: null },
      ],
      half: [{ code: 'too-many-arenas' }],
    },
  },
  {
    // https://github.com/AutoMQ/automq-for-rocketmq/issues/722
    // ZGC before JDK 21 maps its heap three times, and RSS counts each page three times: it is not used thrice.
    name: 'report: a heap that ZGC maps three times',
    program: java('MultiMapped', ['-XX:+UseZGC', '-Xmx256m']),
    truth: {
      right: [
        {
          says: /\b(?:three|3) (?:times|views|mappings)|thrice|multi-?map|counts? (?:each|every|a|its|the) pages? (?:more than once|several)|\bPSS\b/i,
          number: null,
        },
      ],
      half: [{ code: 'java-heap-dominates' }],
    },
  },
  {
    // https://github.com/Ericsson/ecchronos/issues/1611
    // Each repair made an executor, cancelled its task and did not shut it down: a thread of about 80 KB is left for each.
    name: 'report: executors that are never shut down',
    program: java('IdleExecutors', ['-XX:+UseG1GC', '-Xmx128m']),
    truth: {
      right: [{ says: /2,?5\d\d\)? (?:of them|threads)|HangPreventingTask/ }],
      half: [{ code: 'thread-stacks' }, { code: 'too-many-arenas' }],
    },
  },
  {
    // https://github.com/alibaba/rocketmq/issues/391
    // With -XX:+DisableExplicitGC nothing collects direct buffers that nobody refers to: what would, the System.gc() of Bits.reserveMemory, does nothing.
    name: 'report: direct buffers where explicit collections are disabled',
    program: java('DroppedBuffers', ['-XX:+UseG1GC', '-Xmx200m', '-XX:+DisableExplicitGC']),
    truth: {
      right: [
        { code: 'waiting-for-gc', says: /DisableExplicitGC/ },
        { code: 'direct-buffers', says: /DisableExplicitGC/ },
      ],
      half: [{ code: 'waiting-for-gc' }, { code: 'direct-buffers' }],
    },
  },
  {
    // https://github.com/mongodb/mongo-java-driver/pull/1285
    // A DeflaterOutputStream that was handed its Deflater does not end it when it is closed: each waits for a collection of the old generation.
    name: 'report: Deflaters that closing a stream does not end',
    program: java('ClosedNotEnded', ['-XX:+UseParallelGC', '-Xms192m', '-Xmx192m']),
    truth: { right: [{ code: 'waiting-for-gc' }], half: [{ code: 'java-heap-dominates' }] },
  },
  {
    // https://github.com/anefzaoui/minecraft-server-manager/issues/25
    // -Xms as large as -Xmx, and AlwaysPreTouch: the whole heap is resident before anybody plays, and nothing leaks.
    name: 'report: a heap that is touched at its start',
    program: java('Idle', aikar),
    truth: {
      right: [{ code: 'java-heap-dominates', says: /AlwaysPreTouch|-Xms/, number: null }],
      half: [{ code: 'java-heap-dominates' }],
    },
  },
  {
    // https://github.com/golang/go/issues/42330
    // Go had freed it with MADV_FREE: the kernel takes it when it is short of memory, and RSS counts it until then.
    name: 'report: memory that Go freed lazily',
    program: { go: 'lazily_freed' },
    environment: { GODEBUG: 'madvdontneed=0' },
    truth: { right: [{ says: /MADV_FREE|LazyFree|lazily|madvdontneed/i }], half: [{ says: /\bGo\b/ }, { code: 'mmap-user' }] },
  },
];
