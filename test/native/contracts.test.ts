import { expect, test } from 'vitest';
import { onlyPage, runProgram } from './preloaded.ts';

// Each program is one contract; its first line says which.
test.each([
  'alignment',
  'zero_sizes',
  'calloc_faults',
  'calloc_zeroed',
  'overflow',
  'too_large',
  'realloc_in_place',
  'realloc_grow',
  'realloc_failure',
  'realloc_split',
  'aligned_alloc_errors',
  'usable_size',
  'free_keeps_errno',
])('%s', (program) => {
  const { status, stdout, stderr } = runProgram(program);
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
});

const refusal = (call: string) =>
  `offheap mmapalloc: ${call}(ADDRESS): not a live block of this allocator (foreign pointer, or freed twice)\n`;
const masked = (stderr: string) => stderr.replaceAll(/\(0x[0-9a-f]+\)/g, '(ADDRESS)');

test.each(['free', 'free_sized', 'realloc', 'malloc_usable_size'])('%s of a freed block: one line, then abort', (call) => {
  const { status, stdout, stderr } = runProgram('freed_twice', [call]);
  expect({ status, stdout, stderr: masked(stderr) }).toEqual({ status: 'SIGABRT', stdout: '', stderr: refusal(call) });
});

test('of two threads that free one block at once, one aborts', () => {
  const { status, stderr } = runProgram('freed_twice', ['free at once']);
  expect({ status, stderr: masked(stderr) }).toEqual({ status: 'SIGABRT', stderr: refusal('free') });
});

test.each(['inside a block', "a block's second page", 'no address'])('free of a pointer %s: one line, then abort', (what) => {
  const { status, stdout, stderr } = runProgram('foreign', [what]);
  expect({ status, stdout, stderr: masked(stderr) }).toEqual({ status: 'SIGABRT', stdout: '', stderr: refusal('free') });
});

test.each(['on the stack', 'static'])('free of a pointer %s, where no block can be: libc judges it', (what) => {
  const { status, stdout, stderr } = runProgram('foreign', [what]);
  expect({ status, stdout }).toEqual({ status: 'SIGABRT', stdout: '' });
  expect(stderr).toMatch(/^free\(\): invalid (pointer|size)\n$/);
});

test.each(['foreign', 'freed_twice'])('%s without a misuse ends as usual', (program) => {
  const { status, stderr } = runProgram(program);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('at vm.max_map_count malloc fails with ENOMEM and the failures are counted', () => {
  const finished = runProgram('map_limit');
  expect({ status: finished.status, stderr: finished.stderr }).toEqual({ status: 0, stderr: '' });
  const { mapFailures, failures, calls, liveAllocations } = onlyPage(finished);
  expect({ mapFailures, failed: failures.malloc }).toEqual({ mapFailures: 1, failed: 1 });
  expect(liveAllocations).toBe(calls.malloc - failures.malloc - calls.free);
});

test('at vm.max_map_count free gives the pages back, keeps errno, and the failures are counted', () => {
  const finished = runProgram('unmap_limit');
  expect({ status: finished.status, stderr: finished.stderr }).toEqual({ status: 0, stderr: '' });
  const { unmapFailures, mapFailures, liveAllocations, liveMappedBytes, calls } = onlyPage(finished);
  expect({ mapFailures, liveAllocations, liveMappedBytes, calls: calls.free }).toEqual({
    mapFailures: 0,
    liveAllocations: 0,
    liveMappedBytes: 0,
    calls: 150_000,
  });
  expect(unmapFailures).toBeGreaterThan(1000);
});
