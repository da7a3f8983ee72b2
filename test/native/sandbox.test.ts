import { expect, test } from 'vitest';
import { allocatorsBehindMeter, library, metered, runProgram } from './preloaded.ts';

/** After its start a process must not end for a system call that only the library makes. */
const outcomeOf = (program: string, args: string[], preload: NodeJS.ProcessEnv) => {
  const { status, stderr } = runProgram(program, args, preload);
  return { status, stderr };
};

test.each(allocatorsBehindMeter.filter(({ behind }) => behind !== library))(
  'a strict sandbox lets free(malloc()) be, behind the meter in front of $name',
  ({ behind, missing }) => {
    if (missing) return;
    const bare = outcomeOf('seccomp_strict', [], { LD_PRELOAD: behind || undefined });
    expect(bare).toEqual({ status: 0, stderr: '' });
    expect(outcomeOf('seccomp_strict', [], metered(behind))).toEqual(bare);
  },
);

test('a filter that allows what glibc needs allows the meter too, in a thread that has allocated nothing before', () => {
  const bare = outcomeOf('seccomp_filter', [], { LD_PRELOAD: undefined });
  expect(bare).toEqual({ status: 0, stderr: '' });
  expect(outcomeOf('seccomp_filter', [], metered())).toEqual(bare);
});

test('the mmap allocator needs brk, mmap, munmap, mremap and madvise, and nothing else; so does the meter in front of it', () => {
  expect(outcomeOf('seccomp_filter', ['no-mprotect'], {})).toEqual({ status: 0, stderr: '' });
  expect(outcomeOf('seccomp_filter', ['no-mprotect'], metered(library))).toEqual({ status: 0, stderr: '' });
});
