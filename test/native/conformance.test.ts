import { describe, expect, test } from 'vitest';
import { readOwnLibrary } from '../../src/allocators/own-library.ts';
import { skipUnless } from '../skip.ts';
import { buildConformance, buildProperty, parsePromises } from './conformance.ts';
import { allocatorsBehindMeter, type Finished, library, metered, onlyPage, runPreloaded, runProgram } from './preloaded.ts';
import { firstPage, wholePrograms } from './whole-programs.ts';

const { program, plugin } = buildConformance();
const property = buildProperty();

/** State by promise. */
function promisesOf(env: NodeJS.ProcessEnv): Map<string, string> {
  return parsePromises(runPreloaded(program, [plugin], { ...env, OFFHEAP_COUNTERS_DIR: undefined }).stdout);
}
const notKept = (promises: Map<string, string>) =>
  [...promises].filter(([, state]) => state !== 'kept').map(([promise]) => promise);

/** The mmap allocator asks the kernel for each block. */
const strictSandbox = 'free(malloc(100)) in a strict sandbox';

/** Scudo 14 does not keep it without the meter either. */
const smallStack = 'fork on a stack of PTHREAD_STACK_MIN';

describe('what C, POSIX and glibc promise', () => {
  let ofMmapAllocator: Map<string, string> | undefined;
  const withoutMeter = (behind: string) => {
    if (behind !== library) return promisesOf({ LD_PRELOAD: behind || undefined });
    ofMmapAllocator ??= promisesOf({ LD_PRELOAD: library });
    return ofMmapAllocator;
  };

  test('the mmap allocator keeps all of it but what no system call is allowed for', () => {
    const promises = withoutMeter(library);
    expect(promises.size).toBeGreaterThan(55);
    expect(notKept(promises)).toEqual([strictSandbox]);
  });

  test.for(allocatorsBehindMeter)(
    'the meter in front of $name breaks nothing that it kept',
    ({ name, behind, missing }, { skip }) => {
      if (missing !== undefined) skip(missing);
      const plain = withoutMeter(behind);
      const behindMeter = promisesOf(metered(behind));
      expect(behindMeter.size).toBe(plain.size);
      const unkept = new Set(notKept(plain));
      expect(notKept(behindMeter).filter((promise) => !unkept.has(promise))).toEqual([]);
      // C23's frees are the meter's own, and so is pvalloc where the allocator has none; the others all allocators keep.
      for (const promise of [
        'free_sized and free_aligned_sized free',
        'pvalloc: on a page, and whole pages',
        smallStack,
        'fork in a signal handler, on a stack of 8 KiB',
        'fork, malloc and free in a thread that is to be cancelled',
        'RTLD_DEEPBIND: a library frees its own blocks',
        'a library in a namespace of its own frees its own blocks',
      ])
        expect([promise, behindMeter.get(promise)]).toEqual([
          promise,
          name === 'scudo' && promise === smallStack ? 'broken' : 'kept',
        ]);
      expect(behindMeter.get(strictSandbox)).toBe(behind === library ? 'KILL' : 'kept');
    },
  );

  test.each([
    { name: 'the mmap allocator', env: { LD_PRELOAD: library }, unkept: [strictSandbox] },
    { name: 'the meter', env: metered(), unkept: [] },
    { name: 'both', env: metered(library), unkept: [strictSandbox] },
  ])('as well where pages are files, of which each child of a fork makes one: $name', ({ env, unkept }) => {
    const { stdout, pages } = runPreloaded(program, [plugin, 'threads'], env);
    expect(notKept(parsePromises(stdout))).toEqual(unkept);
    expect(pages.length).toBeGreaterThan(140);
  });
});

const preloads: {
  name: string;
  preload: string;
  plain: string | undefined;
  missing?: string | undefined;
  hasOperators: boolean;
}[] = [
  { name: 'the mmap allocator', preload: library, plain: undefined, hasOperators: false },
  ...allocatorsBehindMeter.map(({ name, behind, missing }) => ({
    name: `the meter in front of ${name}`,
    preload: metered(behind).LD_PRELOAD,
    plain: behind || undefined,
    missing,
    hasOperators: behind !== '' && behind !== library && readOwnLibrary(behind).hasOperators,
  })),
];

const behindScudo = new Set(
  allocatorsBehindMeter.flatMap(({ name, behind }) => (name === 'scudo' ? metered(behind).LD_PRELOAD : [])),
);

describe.each(preloads)('whole programs on $name', ({ preload, plain, missing, hasOperators }) => {
  skipUnless(missing === undefined, missing ?? '');

  test.each(wholePrograms)('$promise', ({ program: name, args = () => [], idleArgs, env = {}, prints, printsSizes, counted }) => {
    const run = (preloaded: string | undefined, ...given: string[]) => runProgram(name, given, { ...env, LD_PRELOAD: preloaded });
    const bare = run(plain, ...args());
    const finished = run(preload, ...args());
    // What an allocator does not do alone it need not do behind the meter.
    if (bare.status !== 0 && finished.status === bare.status) return;
    expect({ status: finished.status, stderr: finished.stderr }).toEqual({ status: 0, stderr: '' });
    if (bare.status === 0 && !(printsSizes && preload === library)) expect(finished.stdout).toBe(bare.stdout);
    // Scudo's own operators call no new-handler, and its first use of one leaves a block of 56 bytes, whose owner was not looked for.
    if (name.startsWith('cpp_') && behindScudo.has(preload)) return;
    if (prints) expect(finished.stdout).toMatch(prints);
    if (!counted) return;
    const page = firstPage(finished);
    counted({ ...finished, page, idle: idleArgs ? firstPage(run(preload, ...idleArgs)) : page, hasOperators });
  });
});

/** What the program says must have been counted. */
const expectedOf = ({ stdout }: Finished) =>
  Object.fromEntries(
    stdout
      .trim()
      .split('\n')
      .map((line) => [line.split(' ')[0], Number(line.split(' ')[1])]),
  );

/** Seeds: one of always, and one of this run, which the failure names. */
const seeds = [1, Date.now() % 1_000_000_000];

/** For a long run: docs/reliability.md. */
const longRun = Number(process.env['OFFHEAP_PROPERTY_OPERATIONS'] ?? 0);
const timeoutMs = longRun > 0 ? 1_800_000 : 250_000;

describe('random operations against a model', { timeout: 4 * timeoutMs }, () => {
  test.each([
    { name: 'the mmap allocator', env: { LD_PRELOAD: library }, operations: longRun || 60_000 },
    { name: 'the meter', env: metered(), operations: longRun || 400_000 },
  ])('of four threads, on $name: blocks keep their bytes, and the counters are exact', ({ env, operations }) => {
    for (const seed of seeds) {
      const finished = runPreloaded(property, [String(seed), String(operations / 4), '4'], env, timeoutMs);
      expect({ seed, status: finished.status, stderr: finished.stderr }).toEqual({ seed, status: 0, stderr: '' });
      const { operations: done, live, usable, ...calls } = expectedOf(finished);
      const page = onlyPage(finished);
      // Threads themselves take calloc: their thread-local storage.
      const idle = onlyPage(runPreloaded(property, [String(seed), '0', '4'], env));
      const counted = Object.entries(page.calls).map(([name, count]) => [
        name,
        count - idle.calls[name as keyof typeof idle.calls],
      ]);
      expect({ seed, ...Object.fromEntries(counted) }).toEqual({ seed, ...calls });
      expect({ seed, done, live: page.liveAllocations - idle.liveAllocations }).toEqual({ seed, done: operations, live });
      const liveBytes = (of: typeof page) => of.liveUsableBytes ?? of.liveMappedBytes ?? Number.NaN;
      expect({ seed, usable: liveBytes(page) - liveBytes(idle) }).toEqual({ seed, usable });
    }
  });
});
