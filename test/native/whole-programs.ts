import { expect } from 'vitest';
import { whyLiveIsWithdrawn } from '../../src/model/counters.ts';
import { compile, type Finished, liveOfPagePrime, type Page } from './preloaded.ts';

/** The page that is looked at: the meter's, where both libraries count. */
export function firstPage({ pages }: Pick<Finished, 'pages'>): Page {
  const page = pages.find(({ info }) => info.writer === 'meter') ?? pages[0];
  if (!page) throw new Error('expected a page, found none');
  return page;
}

export interface Counted extends Finished {
  page: Page;
  /** Of the run with `idleArgs`; without those the same page. */
  idle: Page;
  /** An allocator behind the meter that has operators of C++ for itself. */
  hasOperators: boolean;
}

/** What takes a program, or a language, of its own: conformance/ has the rows that one program can have. */
export interface WholeProgram {
  promise: string;
  program: string;
  args?: () => string[];
  /** Of a run that does nothing of what is counted. */
  idleArgs?: string[];
  env?: NodeJS.ProcessEnv;
  /** On every allocator. */
  prints?: RegExp;
  /** What it prints is each allocator's own. */
  printsSizes?: true;
  counted?: (run: Counted) => void;
}

const liveBytes = ({ liveUsableBytes, liveMappedBytes }: Page) => liveUsableBytes ?? liveMappedBytes ?? Number.NaN;
const added = ({ page, idle }: Counted, count: (page: Page) => number) => count(page) - count(idle);

/** Live blocks and their usable bytes are those that the program prints, and `others` that it has beside them. */
function expectLiveAsPrinted(run: Counted, others = 0): void {
  const [blocks = Number.NaN, bytes = Number.NaN] = run.stdout.trim().split(' ').map(Number);
  expect(added(run, ({ liveAllocations }) => liveAllocations)).toBe(blocks + others);
  if (others === 0) expect(added(run, liveBytes)).toBe(bytes);
}

function expectNothingLeft({ page, idle }: Counted): void {
  expect([page.liveAllocations, liveBytes(page)]).toEqual([idle.liveAllocations, liveBytes(idle)]);
  expect(page.sizeHistogram.live).toEqual(idle.sizeHistogram.live);
}

/** An allocator's own operators are counted all the same: nobody comes before these. */
function expectWithdrawn({ pages, hasOperators }: Counted): void {
  for (const page of pages) {
    expect(page.info.isPreceded).toBe(true);
    expect(page.liveAllocations).toBeGreaterThanOrEqual(0);
    if (hasOperators) continue;
    expect(page.calls).toMatchObject({ malloc: 0, calloc: 0, realloc: 0, reallocarray: 0, free: 0, free_sized: 0 });
    expect(whyLiveIsWithdrawn(page)).toMatch(/^Live figures are not shown: an allocator of the program’s own serves it\./);
  }
}

/** Of 50,000 blocks; the table of them is one more, which calloc gives. */
function expectOperatorsCounted(run: Counted): void {
  expectNothingLeft(run);
  // libstdc++ 12 makes aligned_alloc of it, libstdc++ 14 another.
  const aligned = ({ calls }: Page) => calls.aligned_alloc + calls.posix_memalign + calls.memalign;
  expect(added(run, aligned)).toBe(25_000);
  expect(added(run, ({ calls }) => calls.malloc)).toBe(25_000);
  expect(added(run, ({ calls }) => calls.free)).toBe(50_000);
}

/** Other allocators round up otherwise. */
function expectThreadsCounted({ pages, hasOperators }: Counted): void {
  if (!hasOperators) expect(liveOfPagePrime(pages)).toBe(40);
}

export const wholePrograms: WholeProgram[] = [
  {
    promise: 'C++: blocks of every form of operator new are live to the byte',
    program: 'cpp_blocks',
    args: () => ['6250', 'keep'],
    idleArgs: ['0'],
    printsSizes: true,
    counted: (run) => {
      expect(run.stdout).toMatch(/^50000 /);
      expectLiveAsPrinted(run, 1);
      const table = added(run, liveBytes) - Number(run.stdout.split(' ')[1]);
      expect(table).toBeGreaterThanOrEqual(8 * 50_000);
      expect(table).toBeLessThan(8 * 50_008 * 1.3);
    },
  },
  {
    promise: 'C++: every form of operator delete gives them back',
    program: 'cpp_blocks',
    args: () => ['6250'],
    idleArgs: ['0'],
    prints: /^0 0\n$/,
    counted: expectOperatorsCounted,
  },
  {
    // mimalloc 2.0 throws nothing: it ends the program.
    promise: 'C++: new-handlers are called, bad_alloc passes through, and nothing is left live',
    program: 'cpp_failures',
    args: () => ['100'],
    idleArgs: ['0'],
    prints: /^300 \d+\n$/,
    counted: expectNothingLeft,
  },
  {
    promise: 'an executable with a malloc of its own, but no reallocarray, gets its blocks',
    program: 'own_malloc',
    args: () => [compile('malloc_user', 'library')],
    // Two of reallocarray and two strings are the program's own, five aligned ones are another's.
    prints: /^4 4 5\n$/,
    counted: expectWithdrawn,
  },
  {
    promise: 'and C++ comes to it',
    program: 'own_malloc',
    args: () => [compile('malloc_user_cpp', 'library')],
    // Seven strings and the one that they are copies of, their vector, the number; the array.
    counted: ({ stdout, hasOperators }) => expect(stdout).toMatch(hasOperators ? /^0 [01]\n$/ : /^11 0\n$/),
  },
  {
    promise: 'a library with an allocator linked into it keeps it',
    program: 'open_apart',
    args: () => [compile('hidden_malloc', 'library')],
    prints: /^freed\n$/,
    counted: ({ page }) => expect([page.info.isPreceded, page.liveAllocations >= 0]).toEqual([false, true]),
  },
  {
    promise: 'a plugin’s own operators of C++ serve it',
    program: 'open_plugin',
    args: () => [compile('plugin_operators', 'library')],
    counted: ({ page, stdout, hasOperators }) => {
      // Only where the program has no C++ at all can its own be found.
      if (!hasOperators) expect(stdout).toBe('40 0 0\n');
      expect(liveBytes(page)).toBeGreaterThanOrEqual(0);
    },
  },
  {
    promise: 'all keys of thread-specific data are the program’s, and its threads go on counting',
    program: 'all_keys',
    prints: /^1\d{3}\n$/,
    counted: expectThreadsCounted,
  },
  {
    promise: 'and so are those of C11',
    program: 'all_keys',
    args: () => ['tss'],
    prints: /^1\d{3}\n$/,
    counted: expectThreadsCounted,
  },
  {
    promise: 'the lowest descriptors are the program’s, under a low limit',
    program: 'few_descriptors',
    env: { OFFHEAP_COUNTERS_DIR: undefined },
    prints: /^\d\n$/,
  },
  {
    promise: 'usable bytes of blocks that are mappings of their own',
    program: 'mapped_blocks',
    args: () => ['400'],
    idleArgs: ['0'],
    printsSizes: true,
    counted: expectLiveAsPrinted,
  },
];
