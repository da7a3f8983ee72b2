import { describe, expect, test } from 'vitest';
import { buildConformance, buildProperty, parsePromises } from './conformance.ts';
import { allocatorsBehindMeter, type Finished, library, metered, onlyPage, runPreloaded } from './preloaded.ts';

const { program, plugin } = buildConformance();
const property = buildProperty();

/** State by promise. */
function promisesOf(env: NodeJS.ProcessEnv): Map<string, string> {
  return parsePromises(runPreloaded(program, [plugin], { ...env, OFFHEAP_COUNTERS_DIR: undefined }).stdout);
}
const notKept = (promises: Map<string, string>) =>
  [...promises].filter(([, state]) => state !== 'kept').map(([promise]) => promise);

describe('what C, POSIX and glibc promise', () => {
  let ofMmapAllocator: Map<string, string> | undefined;
  const withoutMeter = (behind: string) => {
    if (behind !== library) return promisesOf({ LD_PRELOAD: behind || undefined });
    ofMmapAllocator ??= promisesOf({ LD_PRELOAD: library });
    return ofMmapAllocator;
  };

  test('the mmap allocator keeps all of it', () => {
    const promises = withoutMeter(library);
    expect(promises.size).toBeGreaterThan(45);
    expect(notKept(promises)).toEqual([]);
  });

  test.for(allocatorsBehindMeter)('the meter in front of $name breaks nothing that it kept', ({ behind, missing }, { skip }) => {
    if (missing !== undefined) skip(missing);
    const plain = withoutMeter(behind);
    const behindMeter = promisesOf(metered(behind));
    expect(behindMeter.size).toBe(plain.size);
    const unkept = new Set(notKept(plain));
    expect(notKept(behindMeter).filter((promise) => !unkept.has(promise))).toEqual([]);
    // C23's frees are the meter's own, and so is pvalloc where the allocator has none.
    expect(behindMeter.get('free_sized and free_aligned_sized free')).toBe('kept');
    expect(behindMeter.get('pvalloc: on a page, and whole pages')).toBe('kept');
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
    { name: 'the meter', env: metered(), operations: longRun || 1_000_000 },
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
