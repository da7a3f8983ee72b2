import fc from 'fast-check';

/** Options of random_heap.c, and tunables of glibc for it (GLIBC_TUNABLES), by name. */
export interface HeapOptions {
  options: Record<string, number | string>;
  tunables: Record<string, number>;
}

const percent = fc.constantFrom(0, 10, 50, 90, 100);
/** An option that most heaps leave as it is. */
const seldom = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 2 });

/** Heaps of up to some 32 MiB, which shrink to few turns, blocks and options. */
export const heapOptions: fc.Arbitrary<HeapOptions> = fc.record({
  options: fc
    .record({
      seed: fc.nat(999_999),
      threads: fc.nat(4),
      ended: fc.nat(4),
      turns: fc.integer({ min: 1, max: 6 }),
      blocks: fc.integer({ min: 1, max: 3000 }),
      sizes: fc.constantFrom('mixed', 'tiny', 'small', 'pages', 'large', 'mapped'),
      order: fc.constantFrom('mixed', 'lifo', 'fifo', 'shuffled', 'alternate', 'run'),
      freed: percent,
      handed: seldom(percent),
      filled: percent,
      zeroed: seldom(percent),
      aligned: seldom(percent),
      resized: seldom(percent),
      trimmed: seldom(percent),
      sbrk: seldom(fc.constantFrom(1, 100_000, 200 << 20)),
      mappings: seldom(fc.integer({ min: 1, max: 4 })),
      fork: seldom(fc.constant(1)),
      mxfast: seldom(fc.constantFrom(0, 32, 160)),
      mmap_threshold: seldom(fc.constantFrom(16_384, 65_536, 1 << 20)),
      trim_threshold: seldom(fc.constantFrom(0, 1 << 20, 1 << 30)),
      top_pad: seldom(fc.constantFrom(0, 1 << 20)),
      arena_max: seldom(fc.integer({ min: 1, max: 3 })),
    })
    .map(defined),
  tunables: fc
    .record({
      tcache_count: seldom(fc.constantFrom(0, 1, 100, 2000)),
      tcache_max: seldom(fc.constantFrom(0, 100, 1032)),
      mxfast: seldom(fc.constantFrom(0, 160)),
      arena_max: seldom(fc.integer({ min: 1, max: 3 })),
    })
    .map(defined),
});

function defined<Value>(values: Record<string, Value | undefined>): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, Value] => entry[1] !== undefined),
  );
}

export function toArguments({ options }: HeapOptions): string[] {
  return Object.entries(options).map(([name, value]) => `${name}=${value}`);
}

export function toEnvironment({ tunables }: HeapOptions): Record<string, string> {
  const texts = Object.entries(tunables).map(([name, value]) => `glibc.malloc.${name}=${value}`);
  return texts.length === 0 ? {} : { GLIBC_TUNABLES: texts.join(':') };
}
