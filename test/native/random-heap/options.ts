import fc from 'fast-check';
import type { Kind } from '../preloaded.ts';

/** How random_heap.c is compiled and started. */
export interface Heap {
  kind: Kind;
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

const kinds: readonly Kind[] = ['program', 'fixed', 'static', 'static-pie'];

/** Heaps of up to 32 MiB and some MiB of memory between. They shrink to few threads, turns, blocks and options. */
export const heaps: fc.Arbitrary<Heap> = fc
  .tuple(fc.constantFrom(...kinds), fc.record(options), fc.record(tunables))
  .map(([kind, ofProgram, ofGlibc]) => ({ kind, args: assignments(ofProgram), env: toEnvironment(assignments(ofGlibc)) }));

/** Heaps in which threads go on allocating. Their blocks are small: all sizes are told one by one. */
export const busyHeaps: fc.Arbitrary<Heap> = fc
  .record({
    ...{ seed: options.seed, threads: options.threads, ended: options.ended, turns: options.turns, blocks: options.blocks },
    sizes: fc.constantFrom('tiny', 'small', 'pages'),
    ...{ order: options.order, freed: options.freed, resized: options.resized, mxfast: options.mxfast },
    churn: fc.integer({ min: 1, max: 3 }),
  })
  .map((ofProgram) => ({ kind: 'program', args: assignments(ofProgram), env: {} }));

function assignments(values: object): string[] {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`);
}

function toEnvironment(ofGlibc: readonly string[]): NodeJS.ProcessEnv {
  const texts = ofGlibc.map((assignment) => `glibc.malloc.${assignment}`);
  return texts.length === 0 ? {} : { GLIBC_TUNABLES: texts.join(':') };
}

const prefixes = { kind: 'kind=', tunables: 'GLIBC_TUNABLES=' };

/** As `--heap` of scripts/heaps.mjs takes it. */
export function heapText({ kind, args, env }: Heap): string {
  return [`${prefixes.kind}${kind}`, ...Object.entries(env).map(([name, value]) => `${name}=${value}`), ...args].join(' ');
}

export function parseHeap(text: string): Heap {
  const words = text.split(' ').filter((word) => word !== '');
  const textAfter = (prefix: string) => words.find((word) => word.startsWith(prefix))?.slice(prefix.length);
  const named = textAfter(prefixes.kind) ?? 'program';
  const kind = kinds.find((each) => each === named);
  if (kind === undefined) throw new Error(`Expected a kind of ${kinds.join(', ')}, got ${named}`);
  const value = textAfter(prefixes.tunables);
  const args = words.filter((word) => !Object.values(prefixes).some((prefix) => word.startsWith(prefix)));
  return { kind, args, env: value === undefined ? {} : { GLIBC_TUNABLES: value } };
}
