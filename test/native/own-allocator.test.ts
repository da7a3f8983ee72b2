import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { buildWitness } from '../../scripts/programs/calls.mjs';
import { whyLiveIsWithdrawn } from '../../src/model/counters.ts';
import { type Finished, library, meter, metered, prime, runProgram, temporaryFolder } from './preloaded.ts';
import { firstPage } from './whole-programs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** All but the pages. */
const seen = ({ status, stdout, stderr }: Finished) => ({ status, stdout, stderr });

describe.each([
  { name: 'the meter', preload: meter },
  { name: 'the mmap allocator', preload: library },
  { name: 'both', preload: metered(library).LD_PRELOAD },
])('behind $name', ({ preload }) => {
  test('a program’s malloc that passes every call on is counted as ever', () => {
    const finished = runProgram('wrapping_malloc', [], { LD_PRELOAD: preload });
    expect(seen(finished)).toEqual({ status: 0, stdout: '', stderr: '' });
    const page = firstPage(finished);
    expect(page).toMatchObject({ info: { isPreceded: true }, liveAllocations: 1, calls: { calloc: 1, reallocarray: 0 } });
    expect([page.sizeHistogram.live[21], page.ownAllocator]).toEqual([1, undefined]);
  });

  test('blocks of libc that came past it are libc’s to free, to resize and to measure', () => {
    const finished = runProgram('past_meter', ['__libc_malloc'], { LD_PRELOAD: preload });
    expect(seen(finished)).toEqual({ status: 0, stdout: '', stderr: '' });
    const page = firstPage(finished);
    expect(page.info.isPreceded).toBe(false);
    if (page.info.writer === 'meter') expect(whyLiveIsWithdrawn(page)).toMatch(/less than nothing\. Blocks came or went past/);
    else expect(page.liveAllocations).toBeGreaterThanOrEqual(0);
  });
});

test('a library that stands behind and passes calls on finds libc’s malloc, not the one before it', () => {
  const wrapper = buildWitness(root, temporaryFolder());
  const finished = runProgram('past_meter', ['__libc_malloc'], { LD_PRELOAD: `${library}:${wrapper}` });
  expect(seen(finished)).toEqual({ status: 0, stdout: '', stderr: '' });
});

test('a program at a fixed address that takes the addresses of malloc and free has no malloc of its own', () => {
  const finished = runProgram('takes_addresses', [], metered(), 'fixed');
  expect(seen(finished)).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(finished.pages).toMatchObject([
    { info: { isPreceded: false }, calls: { realloc: 1, reallocarray: 1, free_sized: 1 }, totalRequestedBytes: 6 * prime },
  ]);
});
