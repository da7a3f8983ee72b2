import { describe, expect, test } from 'vitest';
import { OffheapError } from '../../src/model/errors.ts';
import type { CountedSyscalls, TracedSyscalls } from '../../src/model/syscalls.ts';
import { execaRunner } from '../../src/process/execa-runner.ts';
import { withPrivateFolder } from '../../src/process/private-folder.ts';
import type { ProcessRunner } from '../../src/process/runner.ts';
import { traceSyscalls } from '../../src/trace/strace.ts';
import { offheap } from '../cli/offheap.ts';
import { cannotTrace, canTrace } from '../fixtures/permitted.ts';
import { compile, pageSize, prime } from '../native/preloaded.ts';
import { findJavaHomes } from './java-homes.ts';
import { ensureScanSet, reproJar } from './java-process.ts';

async function syscalls<Result>(...args: string[]): Promise<Result> {
  const { status, stdout, stderr } = await offheap(['syscalls', '--quiet', '--format=json', ...args]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
}

const pages = (bytes: number) => Math.ceil(bytes / pageSize) * pageSize;

test('a C program: every call of its thread, to the byte', async ({ skip }) => {
  skip(!canTrace, cannotTrace);
  const { threads, largeMappings } = await syscalls<TracedSyscalls>('--large=3m', '--', compile('known_maps'));
  const callsOf = (name: string) => threads.find((thread) => thread.name === name)?.calls ?? [];
  const mapper = callsOf('mapper');
  expect(mapper.find(({ call }) => call === 'mmap')).toEqual({
    call: 'mmap',
    count: 7,
    failed: 0,
    bytes: 7 * prime,
    netBytes: 7 * pages(prime),
  });
  expect(mapper.find(({ call }) => call === 'munmap')).toEqual({
    call: 'munmap',
    count: 5,
    failed: 0,
    bytes: 5 * prime,
    netBytes: -5 * pages(prime),
  });
  const grown = pages(3 * prime) - pages(prime);
  expect(mapper.find(({ call }) => call === 'mremap')).toEqual({
    call: 'mremap',
    count: 1,
    failed: 0,
    bytes: 3 * prime,
    netBytes: grown,
  });
  const risen = 11 * pageSize;
  expect(mapper.find(({ call }) => call === 'brk')).toEqual({ call: 'brk', count: 1, failed: 0, bytes: risen, netBytes: risen });
  const large = largeMappings.filter(({ name }) => name === 'mapper');
  expect(large.map(({ call, sizeBytes }) => ({ call, sizeBytes }))).toEqual([{ call: 'mremap', sizeBytes: grown }]);
});

describe.each(findJavaHomes())('JDK $version', (home) => {
  test('threads of a JVM by their whole names, and which made a heap of an arena', async ({ skip }) => {
    skip(!canTrace, cannotTrace);
    const jars = await ensureScanSet(home);
    const args = ['-jar', reproJar, 'scan', `--jars=${jars}`, '--loader=leaky', '--threads=8', '--streams=2003', '--settle-ms=500'];
    const result = await syscalls<TracedSyscalls>('--', home.java, '-Xmx384m', ...args);
    const names = result.threads.map(({ name }) => name ?? '');
    expect(names.some((name) => name.length > 15)).toBe(true);
    expect(result.arenaHeaps.length).toBeGreaterThan(1);
    for (const { address, sizeBytes, name } of result.arenaHeaps) {
      expect({ sizeBytes, rest: address % sizeBytes, named: name !== undefined }).toEqual({
        sizeBytes: 64 * 1024 ** 2,
        rest: 0,
        named: true,
      });
    }
  });

  test('under the mmap allocator the counters tell', async () => {
    const result = await syscalls<CountedSyscalls>('--allocator=mmap', '--', home.java, '-version');
    const whole = [...result.threads, result.ended];
    expect(result.source).toBe('counters');
    expect(result.mappedPages).toBeGreaterThan(0);
    expect(whole.reduce((sum, { calls }) => sum + calls, 0)).toBeGreaterThan(1000);
    for (const { netBytes } of result.threads) expect((netBytes ?? Number.NaN) % pageSize).toBe(0);
  });
});

test('a process that runs goes on when the trace is over', async ({ skip }) => {
  skip(!canTrace, cannotTrace);
  const child = await execaRunner.start({ command: 'sleep', args: ['60'], env: { PATH: process.env['PATH'] ?? '' } });
  try {
    const result = await syscalls<TracedSyscalls>('--for=300ms', String(child.pid));
    expect(result).toMatchObject({ pid: child.pid, threads: [], arenaHeaps: [] });
    expect(() => process.kill(child.pid, 0)).not.toThrow();
  } finally {
    child.kill('SIGKILL');
    await child.ended;
  }
});

describe('what is missing is told with its cure', () => {
  const request = { traced: { pid: process.pid }, largeFromBytes: 1, largeShown: 1, forMs: 1, graceMs: 1 };
  const rest = { signal: new AbortController().signal, onLine: () => {} };

  test('no strace', async () => {
    const runner: ProcessRunner = { ...execaRunner, capture: async () => undefined };
    await expect(withPrivateFolder((folder) => traceSyscalls({ ...request, ...rest, folder, runner }))).rejects.toThrow(
      new OffheapError('MISSING_TOOL', 'Expected strace on PATH, found none. Install it: apt-get install strace.'),
    );
  });

  test('tracing is refused', async () => {
    const said = 'strace: attach: ptrace(PTRACE_SEIZE, 1): Operation not permitted';
    const script = `for last; do file=$before; before=$last; [ "$file" = -o ] && : > "$last"; done; echo '${said}' >&2; exit 1`;
    const runner: ProcessRunner = {
      ...execaRunner,
      start: (spec) => execaRunner.start({ ...spec, command: '/bin/sh', args: ['-c', script, 'sh', ...spec.args] }),
    };
    await expect(
      withPrivateFolder((folder) => traceSyscalls({ ...request, ...rest, folder, forMs: 5000, runner })),
    ).rejects.toMatchObject({
      code: 'NO_PERMISSION',
      message: expect.stringContaining(`but the kernel refused it (${said}): `),
    });
  });
});
