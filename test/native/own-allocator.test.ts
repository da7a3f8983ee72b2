import { describe, expect, test } from 'vitest';
import { whyLiveIsWithdrawn } from '../../src/model/counters.ts';
import { skipUnless } from '../skip.ts';
import { allocatorsBehindMeter, compile, type Finished, library, meter, metered, prime, runProgram } from './preloaded.ts';

/** All but the pages. */
const seen = ({ status, stdout, stderr }: Finished) => ({ status, stdout, stderr });
const freed = { status: 0, stdout: 'freed\n', stderr: '' };
const bare = { LD_PRELOAD: undefined };
/** The meter's, where both count. */
const firstPage = ({ pages }: Finished) => pages.find(({ info }) => info.writer === 'meter') ?? pages[0];

interface Preload {
  name: string;
  preload: string;
  missing?: string | undefined;
  /** Of C++: nobody comes before these, and they count as calls of malloc. */
  hasOperators?: boolean;
}
const preloads: Preload[] = [
  { name: 'the mmap allocator', preload: library },
  ...allocatorsBehindMeter.map(({ name, behind, missing }) => ({
    name: `the meter in front of ${name}`,
    preload: metered(behind).LD_PRELOAD,
    missing,
    hasOperators: behind !== '' && behind !== library,
  })),
];

describe.each(preloads)('$name', ({ preload, missing, hasOperators }) => {
  skipUnless(missing === undefined, missing ?? '');

  test('a program with a malloc of its own, but no reallocarray, gets its blocks, and the page says who serves', () => {
    const args = [compile('malloc_user', 'library')];
    const finished = runProgram('own_malloc', args, { LD_PRELOAD: preload });
    // Two of reallocarray and two strings are the program's own, five aligned ones are another's.
    expect(seen(finished)).toEqual({ status: 0, stdout: '4 4 5\n', stderr: '' });
    expect(seen(runProgram('own_malloc', args, bare))).toEqual(seen(finished));
    expect(finished.pages).not.toEqual([]);
    for (const page of finished.pages) {
      expect(page.info.isPreceded).toBe(true);
      expect(page.liveAllocations).toBeGreaterThanOrEqual(0);
      if (hasOperators) continue;
      expect(page.calls).toMatchObject({ malloc: 0, calloc: 0, realloc: 0, reallocarray: 0, free: 0, free_sized: 0 });
      expect(whyLiveIsWithdrawn(page)).toMatch(/^Live figures are not shown: an allocator of the program’s own serves it\./);
    }
  });

  test.each(['deepbind', 'namespace'])('a library with libc’s malloc for itself (%s) keeps it', (how) => {
    const finished = runProgram('open_apart', [compile('block_maker', 'library'), how, 'itself'], { LD_PRELOAD: preload });
    expect(seen(finished)).toEqual(freed);
    expect(firstPage(finished)?.info.isPreceded).toBe(false);
  });

  test('a library with an allocator linked into it keeps it', () => {
    const args = [compile('hidden_malloc', 'library'), 'hidden', 'itself'];
    const finished = runProgram('open_apart', args, { LD_PRELOAD: preload });
    expect(seen(finished)).toEqual(freed);
    expect(firstPage(finished)?.liveAllocations).toBeGreaterThanOrEqual(0);
  });
});

describe.each([
  { name: 'the meter', preload: meter },
  { name: 'the mmap allocator', preload: library },
  { name: 'both', preload: metered(library).LD_PRELOAD },
])('behind $name', ({ preload }) => {
  test('C++ comes to the program’s own malloc', () => {
    const args = [compile('malloc_user_cpp', 'library')];
    const finished = runProgram('own_malloc', args, { LD_PRELOAD: preload });
    // Seven strings and the one that they are copies of, their vector, the number; the array.
    expect(seen(finished)).toEqual({ status: 0, stdout: '11 0\n', stderr: '' });
    expect(seen(runProgram('own_malloc', args, bare))).toEqual(seen(finished));
  });

  test('a program’s malloc that passes every call on is counted as ever', () => {
    const finished = runProgram('wrapping_malloc', [], { LD_PRELOAD: preload });
    expect(seen(finished)).toEqual({ status: 0, stdout: '', stderr: '' });
    const page = firstPage(finished);
    expect(page).toMatchObject({ info: { isPreceded: true }, liveAllocations: 1, calls: { calloc: 1, reallocarray: 0 } });
    expect([page?.sizeHistogram.live[21], page?.ownAllocator]).toEqual([1, undefined]);
  });

  test('blocks of libc that came past it are libc’s to free, to resize and to measure', () => {
    const args = [compile('block_maker', 'library'), 'deepbind', 'program'];
    const finished = runProgram('open_apart', args, { LD_PRELOAD: preload });
    expect(seen(finished)).toEqual(freed);
    const page = firstPage(finished);
    if (page?.info.writer === 'meter') expect(whyLiveIsWithdrawn(page)).toMatch(/less than nothing\. Blocks came or went past/);
    else expect(page?.liveAllocations).toBeGreaterThanOrEqual(0);
  });
});

test('the meter leaves a library with libc’s malloc the blocks of the program', () => {
  const args = [compile('block_maker', 'library'), 'deepbind', 'other way round'];
  expect(seen(runProgram('open_apart', args, metered()))).toEqual(freed);
});

test('a program at a fixed address that takes the addresses of malloc and free has no malloc of its own', () => {
  const finished = runProgram('takes_addresses', [], metered(), 'fixed');
  expect(seen(finished)).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(finished.pages).toMatchObject([
    { info: { isPreceded: false }, calls: { realloc: 1, reallocarray: 1, free_sized: 1 }, totalRequestedBytes: 6 * prime },
  ]);
});
