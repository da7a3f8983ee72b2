import type { AllocatorKey } from './registry.ts';

/** An allocator with its settings: what one cell runs under. */
export interface Configuration {
  key: string;
  allocator: AllocatorKey;
  aliases: readonly string[];
  env: Readonly<Record<string, string>>;
  jvmFlags: readonly string[];
  /** The part of GLIBC_TUNABLES that stands for another host, and is nothing to ship. */
  simulatedTunable?: string;
  /** What it changes, in a clause. */
  summary: string;
}

const plain = { aliases: [], env: {}, jvmFlags: [] };

export const configurations: readonly Configuration[] = [
  { ...plain, key: 'glibc', allocator: 'glibc', summary: 'as it comes: up to 8 arenas a core, in regions of 64 MiB' },
  {
    ...plain,
    key: 'glibc-arena1',
    allocator: 'glibc',
    env: { MALLOC_ARENA_MAX: '1' },
    summary: 'all threads share the main arena',
  },
  { ...plain, key: 'glibc-arena2', allocator: 'glibc', env: { MALLOC_ARENA_MAX: '2' }, summary: 'the main arena and one more' },
  {
    ...plain,
    key: 'glibc-trim',
    allocator: 'glibc',
    jvmFlags: ['-XX:TrimNativeHeapInterval=1000'],
    summary: 'the JVM calls malloc_trim once a second (JDK 17.0.15, 21.0.3, 22 and later)',
  },
  {
    ...plain,
    key: 'glibc-mmap16k',
    allocator: 'glibc',
    env: { MALLOC_MMAP_THRESHOLD_: '16384' },
    summary: 'blocks of 16 KiB and more are mappings of their own',
  },
  {
    ...plain,
    key: 'glibc-trim128k',
    allocator: 'glibc',
    env: { GLIBC_TUNABLES: 'glibc.malloc.trim_threshold=131072' },
    summary: 'the tops of arenas are cut above 128 KiB, and the threshold stays there',
  },
  { ...plain, key: 'tcmalloc', allocator: 'tcmalloc', summary: 'gperftools, as it comes' },
  {
    ...plain,
    key: 'tcmalloc-decommit',
    allocator: 'tcmalloc',
    env: { TCMALLOC_AGGRESSIVE_DECOMMIT: 't' },
    summary: 'free spans go back to the system at once',
  },
  { ...plain, key: 'jemalloc', allocator: 'jemalloc', summary: 'as it comes: decay of 10 s, no background thread' },
  {
    ...plain,
    key: 'jemalloc-bg',
    allocator: 'jemalloc',
    env: { MALLOC_CONF: 'background_thread:true,dirty_decay_ms:1000' },
    summary: 'a thread of its own returns pages a second after they were freed',
  },
  { ...plain, key: 'mimalloc', allocator: 'mimalloc', summary: 'as it comes' },
  {
    ...plain,
    key: 'mimalloc-purge0',
    allocator: 'mimalloc',
    // The option's name until 2.0.9, and since 2.1.
    env: { MIMALLOC_DECOMMIT_DELAY: '0', MIMALLOC_PURGE_DELAY: '0' },
    summary: 'free pages go back at once; before mimalloc 3 only when the thread that owns them allocates again',
  },
  {
    ...plain,
    key: 'mmap',
    allocator: 'mmap',
    aliases: ['custom', 'zjbmalloc'],
    summary: "the article's: one mapping per allocation, unmapped at free; counts what is live",
  },
];
