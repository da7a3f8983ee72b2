import fc from 'fast-check';

/** How random_heap.c is started. */
export interface Heap {
  args: string[];
  env: NodeJS.ProcessEnv;
}

const percent = fc.constantFrom(0, 10, 50, 90, 100);
/** An option that most heaps leave as it is. */
const seldom = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 2 });

/** Of random_heap_options.h. */
const options = {
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
  brk_turns: seldom(fc.nat(3)),
  mappings: seldom(fc.integer({ min: 1, max: 4 })),
  fork: seldom(fc.constant(1)),
  mxfast: seldom(fc.constantFrom(0, 32, 160)),
  mmap_threshold: seldom(fc.constantFrom(16_384, 65_536, 1 << 20)),
  trim_threshold: seldom(fc.constantFrom(0, 1 << 20, 1 << 30)),
  top_pad: seldom(fc.constantFrom(0, 1 << 20)),
  arena_max: seldom(fc.integer({ min: 1, max: 3 })),
};

/** Of glibc; a version that has no such tunable passes over it. */
const tunables = {
  tcache_count: seldom(fc.constantFrom(0, 1, 100, 2000)),
  tcache_max: seldom(fc.constantFrom(0, 100, 1032, 1 << 20)),
  mxfast: seldom(fc.constantFrom(0, 160)),
  perturb: seldom(fc.constantFrom(1, 165)),
};

/** Heaps of up to 32 MiB and some MiB of memory between. They shrink to few threads, turns, blocks and options. */
export const heaps: fc.Arbitrary<Heap> = fc
  .tuple(fc.record(options), fc.record(tunables))
  .map(([ofProgram, ofGlibc]) => toHeap(assignments(ofProgram), assignments(ofGlibc)));

function assignments(values: object): string[] {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`);
}

function toHeap(args: string[], ofGlibc: readonly string[]): Heap {
  const texts = ofGlibc.map((assignment) => `glibc.malloc.${assignment}`);
  return { args, env: texts.length === 0 ? {} : { GLIBC_TUNABLES: texts.join(':') } };
}

const variable = 'GLIBC_TUNABLES=';

/** As `--heap` of scripts/heaps.mjs takes it. */
export function heapText({ args, env }: Heap): string {
  return [...Object.entries(env).map(([name, value]) => `${name}=${value}`), ...args].join(' ');
}

export function parseHeap(text: string): Heap {
  const words = text.split(' ').filter((word) => word !== '');
  const isVariable = (word: string) => word.startsWith(variable);
  const value = words.find(isVariable)?.slice(variable.length);
  return { args: words.filter((word) => !isVariable(word)), env: value === undefined ? {} : { GLIBC_TUNABLES: value } };
}
