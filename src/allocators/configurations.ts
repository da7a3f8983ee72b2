import { OffheapError } from '../model/errors.ts';
import { quote } from '../model/units.ts';
import type { AllocatorKey } from './registry.ts';

/** An allocator with its settings: what one cell runs under. */
export interface Configuration {
  key: string;
  allocator: AllocatorKey;
  aliases: readonly string[];
  env: Readonly<Record<string, string>>;
  jvmFlags: readonly string[];
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
  { ...plain, key: 'tcmalloc', allocator: 'tcmalloc', summary: 'gperftools, as it comes' },
  { ...plain, key: 'jemalloc', allocator: 'jemalloc', summary: 'as it comes: decay of 10 s, no background thread' },
  { ...plain, key: 'mimalloc', allocator: 'mimalloc', summary: 'as it comes' },
  {
    ...plain,
    key: 'mmap',
    allocator: 'mmap',
    aliases: ['custom', 'zjbmalloc'],
    summary: "the article's: one mapping per allocation, unmapped at free; counts what is live",
  },
];

/**
 * `glibc,mmap`, `all`, or aliases → configurations in the order asked for, each once.
 * An unknown key is a usage error that names the known ones.
 */
export function parseConfigurations(text: string): Configuration[] {
  const keys = text.split(',').map((key) => key.trim());
  const found = keys.flatMap((key) => (key === 'all' ? configurations : [findConfiguration(key)]));
  return [...new Set(found)];
}

function findConfiguration(key: string): Configuration {
  const configuration = configurations.find((candidate) => candidate.key === key || candidate.aliases.includes(key));
  if (configuration) return configuration;
  const known = configurations.flatMap((candidate) => [candidate.key, ...candidate.aliases]).join(', ');
  throw new OffheapError('USAGE', `Expected --allocator to be a comma list of ${known}, or all; got ${quote(key)}.`);
}
