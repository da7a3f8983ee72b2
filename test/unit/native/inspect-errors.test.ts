import { expect, test } from 'vitest';
import type { NativeInspectVerdict } from '../../../src/native/binding.ts';
import { toInspectError } from '../../../src/native/inspect-errors.ts';

test.each<[NativeInspectVerdict['status'], string, string]>([
  [
    'no-main-arena',
    'the memory of its main arena',
    'malloc of process 4711 could not be read: the memory of its main arena was not found (overwritten, swapped out, or of another make than glibc 2.17 to 2.43 for 64 bits).',
  ],
  ['too-large', 'mappings', 'malloc of process 4711 could not be read: it has more mappings than are read.'],
  [
    'deadline',
    "finding malloc's heaps",
    "malloc of process 4711 could not be read in the time for it: finding malloc's heaps was not finished. Give it more: offheap histo 4711 --budget=20s",
  ],
])('what could not be read, and what lets it be: %s', (status, what, message) => {
  expect(toInspectError(4711, { status, what, error: 0 })).toMatchObject({ code: 'INSPECT_FAILED', message });
});
