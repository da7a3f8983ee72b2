import type { FindingCode } from '../../src/model/doctor.ts';
import type { Run } from './run.ts';

/** A program whose memory is known, and what the doctor has to say about it. */
export interface Label extends Run {
  /** Exactly these, in any order. */
  problems: readonly FindingCode[];
  notices: readonly FindingCode[];
}

/** Serial: it has no threads and no structures of its own, so that the JVM around the program is small and the same each time. */
const small = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
const java = (name: string, ...flags: string[]) => ({ java: name, flags: [...small, ...flags] });
/** As on a host of 16 cores. */
const manyCores = { GLIBC_TUNABLES: 'glibc.malloc.arena_max=128' };

export const labels: readonly Label[] = [
  { name: 'a healthy JVM', program: java('HealthyService', '-Xmx64m'), problems: [], notices: [] },
  {
    name: 'a healthy JVM on G1',
    program: { java: 'HealthyService', flags: ['-XX:+UseG1GC', '-Xmx64m'] },
    problems: [],
    notices: [],
  },
  { name: 'a healthy JVM, looked at twice', program: java('HealthyService', '-Xmx64m'), forMs: 500, problems: [], notices: [] },
  { name: 'a healthy program', program: { c: 'healthy' }, problems: [], notices: [] },
  { name: 'a cache', program: { c: 'live_cache' }, forMs: 200, problems: [], notices: ['live-malloc'] },
  { name: 'a Java heap', program: java('JavaHeap', '-Xmx400m'), problems: [], notices: ['java-heap-dominates'] },
  {
    name: 'a Java heap of which most was let go',
    program: { java: 'DroppedHeap', flags: ['-XX:+UseG1GC', '-Xmx600m', '-Xms16m'] },
    problems: [],
    notices: ['java-heap-dominates'],
  },
  {
    name: 'a Java heap in a container that is too small',
    // Touched as a whole, so that every JDK is as large: more than nine tenths of the limit, and less than it.
    program: java('JavaHeap', '-Xms400m', '-Xmx400m', '-XX:+AlwaysPreTouch'),
    limitMib: 440,
    problems: ['near-limit'],
    notices: ['java-heap-dominates'],
  },
  {
    // Nothing of it is in the RSS of a process.
    name: 'files on a tmpfs that fill the container',
    program: { c: 'tmpfs_files' },
    tmpfs: '/mnt',
    limitMib: 400,
    problems: ['near-limit'],
    notices: ['live-malloc'],
  },
  {
    name: 'a child that fills the container',
    program: { c: 'family' },
    environment: { SELF_MIB: '10', CHILD_MIB: '333' },
    limitMib: 360,
    problems: ['near-limit'],
    notices: [],
  },
  {
    // Page tables and two processes: none of them alone has nine tenths.
    name: 'two processes that have 91 % of the limit',
    program: { c: 'family' },
    environment: { SELF_MIB: '303', CHILD_MIB: '124' },
    limitMib: 470,
    problems: ['near-limit'],
    notices: ['live-malloc'],
  },
  {
    // The kernel takes the entries of deleted files back: v1 does not tell how much of its memory they are.
    name: 'names of deleted files that fill the container',
    program: { c: 'short_lived_files' },
    limitMib: 70,
    problems: [],
    notices: ['near-limit'],
  },
  {
    name: 'ZGC that maps its heap three times',
    program: { java: 'JavaHeap', flags: ['-XX:+UseZGC', '-Xmx400m', '-XX:TieredStopAtLevel=1'] },
    limitMib: 700,
    problems: [],
    notices: ['java-heap-dominates'],
  },
  // In a second nobody can tell by growth a leak from a batch, but what nothing points to is lost. test/corpus/cases has longer looks.
  { name: 'a leak', program: { c: 'leak' }, forMs: 1000, problems: ['lost-blocks'], notices: ['malloc-growing'] },
  {
    name: 'a leak of a JVM',
    program: java('NativeLeak', '-Xmx32m'),
    forMs: 1000,
    problems: ['lost-blocks'],
    notices: ['malloc-growing'],
  },
  {
    name: 'waiting for the GC',
    program: java('WaitingForGc', '-Xms200m', '-Xmx200m', '-Xmn150m'),
    problems: ['waiting-for-gc'],
    notices: [],
  },
  { name: 'Deflaters that are held', program: java('HeldDeflaters', '-Xmx32m'), problems: ['zlib-held'], notices: [] },
  { name: 'retained pages', program: { c: 'retained_pages' }, problems: ['retained-pages'], notices: [] },
  { name: 'tops of arenas', program: { c: 'arena_tops' }, problems: ['retained-arena-tops'], notices: [] },
  { name: 'pinned pages', program: { c: 'sub_page' }, problems: ['retained-sub-page'], notices: [] },
  {
    name: 'too many arenas',
    program: { c: 'many_arenas' },
    environment: manyCores,
    problems: ['retained-pages', 'too-many-arenas'],
    notices: [],
  },
  {
    name: 'jemalloc without a thread that purges',
    program: { c: 'retained_pages' },
    preload: ['meter', 'jemalloc'],
    problems: ['allocator-idle'],
    notices: [],
  },
  {
    name: 'tcmalloc as it comes',
    program: { c: 'retained_pages' },
    preload: ['meter', 'tcmalloc'],
    problems: ['allocator-idle'],
    notices: [],
  },
  {
    name: 'jemalloc whose live bytes nobody counts',
    program: { c: 'retained_pages' },
    preload: ['jemalloc'],
    problems: [],
    notices: ['allocator-idle', 'not-enough-evidence'],
  },
  { name: 'deep stacks', program: java('DeepStacks', '-Xmx32m', '-Xss4m'), problems: ['thread-stacks'], notices: [] },
  { name: 'many class loaders', program: java('ManyLoaders', '-Xmx64m'), problems: ['metaspace'], notices: [] },
  {
    name: 'direct buffers',
    program: java('DirectBuffers', '-Xmx200m', '-XX:NativeMemoryTracking=summary'),
    problems: ['direct-buffers'],
    notices: [],
  },
  { name: 'a mapped file', program: java('MappedFile', '-Xmx32m'), problems: [], notices: ['mapped-files'] },
  {
    // As in a container whose emptyDir is in memory.
    name: 'a mapped file on a tmpfs',
    program: java('MappedFile', '-Xmx32m', '-Djava.io.tmpdir=/mnt'),
    tmpfs: '/mnt',
    problems: [],
    notices: ['shared-memory'],
  },
  { name: 'shared memory without a file', program: { c: 'shared_memory' }, problems: [], notices: ['shared-memory'] },
  {
    name: 'huge pages of which little is written',
    program: { c: 'huge_pages' },
    hugePages: true,
    problems: ['huge-pages'],
    notices: [],
  },
  {
    name: 'huge pages that are written whole',
    program: { c: 'huge_pages' },
    environment: { WHOLE: '1' },
    hugePages: true,
    problems: [],
    notices: ['mmap-user'],
  },
  { name: 'stacks on huge pages', program: { c: 'huge_stacks' }, hugePages: true, problems: ['huge-pages'], notices: [] },
  {
    name: 'tables of malloc on huge pages',
    program: { c: 'huge_tables' },
    environment: { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=33554432' },
    hugePages: true,
    problems: ['huge-pages'],
    notices: [],
  },
  {
    // The JVM has written the zeros: without huge pages they are resident as well.
    name: 'a Java heap of zeros on huge pages',
    program: java('ZeroedHeap', '-Xmx400m', '-XX:+UseTransparentHugePages'),
    hugePages: true,
    problems: [],
    notices: ['java-heap-dominates'],
  },
  {
    name: 'a Java heap on huge pages, touched as a whole',
    program: java('HealthyService', '-Xms400m', '-Xmx400m', '-XX:+AlwaysPreTouch', '-XX:+UseTransparentHugePages'),
    hugePages: true,
    problems: [],
    notices: ['java-heap-dominates'],
  },
  { name: 'a program that maps by itself', program: { c: 'mmap_user' }, problems: [], notices: ['mmap-user'] },
  { name: 'the heap of a native image', program: { c: 'native_image' }, problems: [], notices: ['image-heap'] },
  {
    name: 'a library that maps inside a JVM',
    program: java('HealthyService', '-Xmx64m'),
    preload: ['mmap_user'],
    problems: ['mmap-user'],
    notices: [],
  },
];
