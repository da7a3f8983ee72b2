import { describe, expect, test } from 'vitest';
import { compile, library, liveOfPagePrime, metered, runPreloaded, runProgram } from './preloaded.ts';

/** After its start a process must not end for a system call that only the library makes. */
const outcomeOf = (program: string, args: string[], preload: NodeJS.ProcessEnv) => {
  const { status, stderr } = runProgram(program, args, preload);
  return { status, stderr };
};

/** More than the page has memory for at its start; each then has its slot nevertheless, and so its name. */
const threads = 41;

function finishedUnderFilter(more: string[], preload: NodeJS.ProcessEnv) {
  const { status, stderr, pages } = runProgram('seccomp_filter', [String(threads), ...more], preload);
  return { status, stderr, counted: liveOfPagePrime(pages) };
}

test('a filter that allows what glibc needs allows the meter too, in threads that have allocated nothing before', () => {
  expect(outcomeOf('seccomp_filter', [String(threads)], { LD_PRELOAD: undefined })).toEqual({ status: 0, stderr: '' });
  expect(finishedUnderFilter([], metered())).toEqual({ status: 0, stderr: '', counted: threads });
});

test('the mmap allocator needs brk, mmap, munmap, mremap and madvise, and nothing else; so does the meter in front of it', () => {
  expect(finishedUnderFilter(['no-arenas'], {})).toEqual({ status: 0, stderr: '', counted: threads });
  expect(finishedUnderFilter(['no-arenas'], metered(library))).toEqual({ status: 0, stderr: '', counted: threads });
});

const preloads = [
  { name: 'the mmap allocator', preload: { LD_PRELOAD: library } },
  { name: 'the meter', preload: metered() },
  { name: 'both', preload: metered(library) },
];
/** As a file and as a memfd: another way through the child's half of fork. */
const pages = [{ OFFHEAP_COUNTERS_DIR: '' }, {}];

const refused = ['openat', 'memfd_create', 'ftruncate', 'pwrite64', 'mmap', 'fcntl', 'getpid', 'gettid', 'prctl', 'prlimit64'];

describe.each(preloads)('$name', ({ preload }) => {
  test.each([...refused, 'clock_gettime', 'rt_sigprocmask', 'all'])('runs on as bare where %s is refused with EACCES', (call) => {
    for (const [program, ...args] of [['wait_named', '31'], ['fork']] as const) {
      const script = 'exec "$@" < /dev/null';
      const command = ['-c', script, 'sh', compile('refuse'), call, compile(program), ...args];
      for (const page of pages) {
        const { status, stderr, pages: left } = runPreloaded('sh', command, { ...preload, ...page });
        expect({ program, status, stderr }).toEqual({ program, status: 0, stderr: '' });
        expect(left.filter(({ info }) => info.pid <= 1)).toEqual([]);
      }
    }
  });

  test('takes at most 1 KiB of stack for each library, below any entry point and in fork', () => {
    const measure = (env: NodeJS.ProcessEnv) => runProgram('stack_depth', [], env).stdout.trim().split(' ').map(Number);
    const bare = measure({ LD_PRELOAD: undefined });
    expect(bare).toHaveLength(3);
    const libraries = preload.LD_PRELOAD.split(':').length;
    for (const page of pages) {
      const added = measure({ ...preload, ...page }).map((depth, index) => depth - (bare[index] ?? Number.NaN));
      expect(added).toHaveLength(3);
      expect(Math.max(...added)).toBeLessThanOrEqual(1024 * libraries);
    }
  });
});
