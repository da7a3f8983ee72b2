import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCounters } from '../../src/native/counters.ts';
import { canMount, cannotMount, inMountNamespace } from '../fixtures/namespace.ts';
import { runCommand } from '../integration/faults/run-command.ts';
import { skipUnless } from '../skip.ts';
import { compile, library, liveOfPagePrime, metered, runPreloaded, temporaryFolder } from './preloaded.ts';

/** What a page costs its file system. */
const storageOf = (path: string) => statSync(path).blocks * 512;
const kiB = 1024;
/** Of a thread's slot: see native/shared/counter_page.h. */
const slotBytes = 1152;

function threadsOf(path: string) {
  const reader = openCounters({ path });
  const threads = reader.readThreads();
  const blocks = liveOfPagePrime([{ info: reader.info, ...reader.read() }]);
  reader.close();
  return { names: threads.filter(({ name }) => name === 'late-name').length, blocks };
}

function pagesLeftBy(args: string[], preload: NodeJS.ProcessEnv) {
  const folder = temporaryFolder();
  const { status, stderr } = runPreloaded('sh', ['-c', 'exec "$@" < /dev/null', 'sh', compile('wait_named'), ...args], {
    ...preload,
    OFFHEAP_COUNTERS_DIR: folder,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return readdirSync(folder).map((name) => join(folder, name));
}

describe.each([
  { name: 'the mmap allocator', preload: { LD_PRELOAD: library } },
  { name: 'the meter', preload: metered() },
])('$name', ({ preload }) => {
  test('a page costs at most 64 KiB in a process of few threads', () => {
    const pages = pagesLeftBy([], preload);
    expect(pages).toHaveLength(2); // the shell's, and its successor's
    for (const page of pages) expect(storageOf(page)).toBeLessThanOrEqual(64 * kiB);
  });

  test('and grows with the threads, each of which has a slot of its own', () => {
    const [page = ''] = pagesLeftBy(['401'], preload).filter((path) => path.endsWith('-1.counters'));
    expect(threadsOf(page)).toEqual({ names: 401, blocks: 802 });
    expect(storageOf(page)).toBeGreaterThanOrEqual(401 * slotBytes);
    expect(storageOf(page)).toBeLessThanOrEqual(402 * slotBytes + 64 * kiB);
  });

  test('300 subshells take at most 64 KiB each', () => {
    const folder = temporaryFolder();
    const script = 'i=0; while [ $i -lt 300 ]; do (:); i=$((i+1)); done';
    const { status } = runPreloaded('sh', ['-c', script], { ...preload, OFFHEAP_COUNTERS_DIR: folder });
    const pages = readdirSync(folder).map((name) => join(folder, name));
    expect({ status, pages: pages.length }).toEqual({ status: 0, pages: 301 });
    expect(Math.max(...pages.map(storageOf))).toBeLessThanOrEqual(64 * kiB);
  });

  describe('on a file system that is full', () => {
    skipUnless(canMount, cannotMount);

    test('threads that no memory is left for count together, and nothing ends the process', () => {
      const [folder, copies] = [temporaryFolder(), temporaryFolder()];
      const script = `mount -t tmpfs -o size=32k tmpfs "$1"
env LD_PRELOAD="$3" OFFHEAP_COUNTERS_DIR="$1" "$4" 401 < /dev/null && cp "$1"/*.counters "$2"`;
      expect(runCommand(inMountNamespace(script, [folder, copies, preload.LD_PRELOAD, compile('wait_named')]))).toEqual({
        status: 0,
        stdout: 'ready\n',
        stderr: '',
      });
      const { names, blocks } = threadsOf(join(copies, readdirSync(copies)[0] ?? ''));
      expect(blocks).toBe(802);
      expect(names).toBeGreaterThan(0);
      expect(names).toBeLessThanOrEqual((32 * kiB) / slotBytes);
    });
  });

  test.each([20, 64, 512])('under ulimit -n %i the memfd leaves the low descriptors to the program', (limit) => {
    const script = 'ulimit -n "$0"; exec sh -c \'ls -l /proc/$$/fd >&2; :\'';
    const { stderr } = runPreloaded('sh', ['-c', script, String(limit)], { ...preload, OFFHEAP_COUNTERS_DIR: undefined });
    const held = [...stderr.matchAll(/ (\d+) -> \/memfd:offheap-counters/g)].map(([, number]) => Number(number));
    expect(held).toEqual([limit - 1]);
  });
});

test('without a limit that low it is at 512', () => {
  const { stdout } = runPreloaded('sh', ['-c', 'ls /proc/$$/fd; :'], { OFFHEAP_COUNTERS_DIR: undefined });
  expect(stdout.trim().split('\n')).toContain('512');
});
