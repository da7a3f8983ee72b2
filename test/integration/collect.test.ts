import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { findAllocator } from '../../src/allocators/locate.ts';
import { packagedAllocators } from '../../src/allocators/registry.ts';
import { OffheapError } from '../../src/model/errors.ts';
import { collectEvidence } from '../../src/observe/evidence.ts';
import { takeSecondLook } from '../../src/observe/growth.ts';
import { sumJavaHeap } from '../../src/observe/heap-range.ts';
import { readJavaHeapRanges } from '../../src/observe/own-places.ts';
import { execaRunner } from '../../src/process/execa-runner.ts';
import { shortLived } from '../corpus/compile.ts';
import { endJvm } from '../end-jvm.ts';
import { parseSmaps } from '../fixtures/parse-smaps.ts';
import { preloadable } from '../fixtures/preload.ts';
import { isRoot } from '../skip.ts';
import { stopProcess } from '../stop-process.ts';
import { startZombie } from '../zombie.ts';
import { findJavaHomes } from './java-homes.ts';

/** 40 MiB of Java heap, 16 MiB of direct buffer, 5 sleeping threads of a pool; on each line of input a collection, or 8 MiB more. */
const source = `import java.nio.ByteBuffer;
import java.util.*;
import java.util.concurrent.*;
public class Known {
  static List<Object> kept = new ArrayList<>();
  public static void main(String[] args) throws Exception {
    for (int i = 0; i < 40; i++) kept.add(filled(1 << 20));
    direct(16 << 20);
    ExecutorService pool = Executors.newFixedThreadPool(5);
    CountDownLatch started = new CountDownLatch(5);
    for (int i = 0; i < 5; i++) pool.submit(() -> { started.countDown(); Thread.sleep(Long.MAX_VALUE); return null; });
    started.await();
    System.out.println("ready");
    for (int c; (c = System.in.read()) >= 0; ) {
      if (c == 'g') System.gc();
      if (c == 'd') direct(8 << 20);
      if (c == 'g' || c == 'd') System.out.println("done");
    }
    pool.shutdownNow();
  }
  static byte[] filled(int size) { byte[] bytes = new byte[size]; Arrays.fill(bytes, (byte) 1); return bytes; }
  static void direct(int size) { ByteBuffer b = ByteBuffer.allocateDirect(size); while (b.hasRemaining()) b.put((byte) 1); kept.add(b); }
}`;
const mib = 1024 ** 2;
const timeoutMs = 120_000;
const noInspector = async () => {
  throw new OffheapError('NATIVE_MISSING', 'no inspector in this test');
};
const options = { inspect: noInspector, timeoutMs };
const homes = findJavaHomes();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offheap-collect-'));
  await chmod(folder, 0o755); // another user runs it too
  await writeFile(join(folder, 'Known.java'), source);
  // Bytecode of the oldest JDK here runs on all.
  const oldest = [...homes].sort((a, b) => Number.parseInt(a.version, 10) - Number.parseInt(b.version, 10))[0];
  await execa(join(dirname(oldest?.java ?? ''), 'javac'), [...shortLived, '-d', folder, join(folder, 'Known.java')]);
});
afterAll(() => rm(folder, { recursive: true }));

interface Running {
  pid: number;
  /** Resolves with the line that the program answers. */
  tell(letter: string): Promise<string>;
}

async function withJvm<Result>(
  java: string,
  flags: string[],
  use: (jvm: Running) => Promise<Result>,
  settings: Pick<SpawnOptions, 'uid' | 'gid' | 'env'> = {},
): Promise<Result> {
  const child = spawn(java, ['-Xms128m', '-Xmx128m', ...flags, '-cp', folder, 'Known'], {
    ...settings,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  try {
    await once(lines, 'line');
    const tell = async (letter: string) => {
      const answer = once(lines, 'line');
      child.stdin.write(letter);
      return String((await answer)[0]);
    };
    return await use({ pid: child.pid ?? 0, tell });
  } finally {
    await endJvm(child);
  }
}

const collectors = ['G1', 'Parallel', 'Serial', 'Z'].flatMap((collector) => homes.map((home) => ({ collector, ...home })));

describe.each(collectors)('JDK $version, $collector', ({ collector, java, version }) => {
  test('regions sum to RSS, and hold what the program is known to have', async () => {
    await withJvm(java, [`-XX:+Use${collector}GC`, '-XX:NativeMemoryTracking=summary'], async ({ pid, tell }) => {
      await tell('g');
      const evidence = await collectEvidence(pid, options);
      const rss = (kind: string) => evidence.regions.find((region) => region.kind === kind)?.rssBytes ?? 0;
      expect(evidence.regions.reduce((sum, { rssBytes }) => sum + rssBytes, 0)).toBe(evidence.rssBytes);
      expect(rss('java heap')).toBeGreaterThanOrEqual(40 * mib);
      expect(rss('thread stacks')).toBeGreaterThan(20 * 4096);
      expect(rss('code cache')).toBeGreaterThan(0.2 * mib);
      // The direct buffer is a block of malloc, which only the inspector can tell from other anonymous memory. The kernel may merge it with the
      // first pages of metaspace, which then are known by their shape no more.
      const byShape = rss('metaspace') + rss('unexplained');
      const found = JSON.stringify(evidence.regions.map(({ kind, rssBytes }) => [kind, rssBytes]));
      expect(byShape, found).toBeGreaterThanOrEqual(16.2 * mib);
      expect(byShape).toBeLessThan(32 * mib);
      const stacks = evidence.regions.find(({ kind }) => kind === 'thread stacks')?.largest.map(({ name }) => name);
      expect(stacks?.some((name) => /^pool-1-thread-\d$/.test(name))).toBe(true);
      expect(evidence.jvm).toMatchObject({ version, collector: collector === 'Z' ? 'ZGC' : collector });
      expect(evidence.jvm?.directBuffers?.capacityBytes).toBeGreaterThanOrEqual(16 * mib);
      expect(evidence.jvm?.gc?.collections).toBeGreaterThanOrEqual(1);
      expect(evidence.jvm?.gc?.lastFullAgoMs).toBeLessThan(timeoutMs);
      expect(evidence.jvm?.threads?.groups[0]).toEqual({ name: 'pool-N-thread-N', count: 5 });
    });
  });

  test('the Java heap by its addresses is the region, and what it occupies is below its maximum', async () => {
    await withJvm(java, [`-XX:+Use${collector}GC`], async ({ pid }) => {
      const ranges = await readJavaHeapRanges(pid, { asks: true, timeoutMs });
      const heap = sumJavaHeap(parseSmaps(await readFile(`/proc/${pid}/smaps`, 'utf8')), ranges ?? []);
      expect(heap?.occupiedBytes).toBeGreaterThanOrEqual(40 * mib);
      expect(heap?.occupiedBytes).toBeLessThanOrEqual(128 * mib);
      expect(heap?.rssBytes).toBeGreaterThanOrEqual(heap?.occupiedBytes ?? Number.NaN);
      if (collector !== 'Z') expect(ranges?.reduce((sum, { start, end }) => sum + end - start, 0)).toBe(128 * mib);
    });
  });
});

describe.each(homes)('JDK $version', ({ java, version }) => {
  test('root asks the JVM of another user', async (context) => {
    context.skip(!isRoot, 'only root starts a program of another user');
    await withJvm(
      java,
      [],
      async ({ pid }) => {
        const evidence = await collectEvidence(pid, options);
        expect(await readFile(`/proc/${pid}/status`, 'utf8')).toMatch(/^Uid:\s+65534\s/m);
        expect(evidence.unknown.filter(({ instrument }) => instrument === 'jvm')).toEqual([]);
        expect(evidence.jvm).toMatchObject({ version, collector: expect.any(String) });
      },
      { uid: 65534, gid: 65534 },
    );
  });

  test('NMT at detail: addresses by category when asked for, and no byte twice', async () => {
    await withJvm(java, ['-XX:+UseG1GC', '-XX:NativeMemoryTracking=detail'], async ({ pid }) => {
      const evidence = await collectEvidence(pid, { ...options, nmtRanges: true });
      const rss = (kind: string) => evidence.regions.find((region) => region.kind === kind)?.rssBytes ?? 0;
      expect(evidence.regions.reduce((sum, { rssBytes }) => sum + rssBytes, 0)).toBe(evidence.rssBytes);
      expect(rss('java heap')).toBeGreaterThanOrEqual(40 * mib);
      expect(rss('java heap')).toBeLessThanOrEqual(128 * mib);
      expect(evidence.jvm?.nmt?.categories.find(({ name }) => name === 'Java Heap')?.reservedBytes).toBe(128 * mib);
      expect(evidence.jvm?.directBuffers).toMatchObject({ capacityBytes: expect.any(Number), count: expect.any(Number) });
    });
  });

  test.for(packagedAllocators)('%s serves malloc: what is blind is said', async (key, { skip }) => {
    const location = await findAllocator(key, execaRunner);
    if (!location.found) return skip(location.reason);
    const env = { ...process.env, LD_PRELOAD: location.preload };
    await withJvm(
      java,
      [],
      async ({ pid }) => {
        const evidence = await collectEvidence(pid, options);
        const rss = (kind: string) => evidence.regions.find((region) => region.kind === kind)?.rssBytes ?? 0;
        expect(evidence.regions.reduce((sum, { rssBytes }) => sum + rssBytes, 0)).toBe(evidence.rssBytes);
        expect(evidence.allocator).toMatchObject({ name: key, environment: { LD_PRELOAD: location.preload } });
        expect(evidence.allocator.preloaded).toHaveLength(1);
        expect(rss('allocator')).toBeGreaterThanOrEqual(16 * mib); // the direct buffer
        expect(evidence.jvm?.canTrim).toBe(false);
        expect(evidence.unknown).toEqual(
          expect.arrayContaining([
            { instrument: 'heaps', code: 'other-allocator' },
            { instrument: 'trim', code: 'other-allocator' },
          ]),
        );
      },
      { env },
    );
  });
});

describe('collectEvidence', () => {
  const java = homes[0]?.java ?? '';

  test('a second look tells the difference', async () => {
    await withJvm(java, [], async ({ pid, tell }) => {
      const first = await collectEvidence(pid, options);
      await tell('d');
      const { growth } = await takeSecondLook(first, options);
      expect(growth?.rssBytes).toBeGreaterThanOrEqual(8 * mib);
      expect(growth?.rssBytes).toBeLessThan(16 * mib);
      expect(growth?.mallocLiveBytes).toBeUndefined();
    });
  });

  test('a histogram only when it is asked for', async () => {
    await withJvm(java, [], async ({ pid }) => {
      expect((await collectEvidence(pid, options)).jvm?.histogram).toBeUndefined();
      const { jvm } = await collectEvidence(pid, { ...options, histogram: true });
      expect(jvm?.histogram?.top.find(({ className }) => className === '[B')?.bytes).toBeGreaterThanOrEqual(40 * mib);
    });
  });

  test('a stopped JVM: everything but its own answers, and why', async () => {
    await withJvm(java, [], async ({ pid, tell }) => {
      await stopProcess(pid);
      const evidence = await collectEvidence(pid, options);
      expect(evidence.jvm).toBeUndefined();
      expect(evidence.regions.reduce((sum, { rssBytes }) => sum + rssBytes, 0)).toBe(evidence.rssBytes);
      expect(evidence.unknown).toContainEqual({
        instrument: 'jvm',
        code: 'stopped',
        detail: `Could not attach to process ${pid}: it is stopped, by a signal or a debugger.`,
      });
      // It was left no SIGQUIT, which would make it print all its stacks on stdout as it goes on: the next line there is its own.
      process.kill(pid, 'SIGCONT');
      await expect(tell('g')).resolves.toBe('done');
    });
  });

  test.each([
    ['on the command line', '-XX:+DisableAttachMechanism'],
    ['in a file that the launcher reads', '@no-attach'],
    ['on the command line, without counters', '-XX:-UsePerfData -XX:+DisableAttachMechanism'],
  ])('a JVM told %s to let nobody attach is not signalled, and it is said', async (_, flags) => {
    await writeFile(join(folder, 'no-attach'), '-XX:+DisableAttachMechanism');
    const words = flags.replace('@', `@${folder}/`).split(' ');
    await withJvm(java, words, async ({ pid, tell }) => {
      const evidence = await collectEvidence(pid, options);
      expect(evidence.jvm).toBeUndefined();
      expect(evidence.unknown).toContainEqual({ instrument: 'jvm', code: 'attach-disabled' });
      // SIGQUIT would have made it print all its stacks on stdout: the next line there is its own.
      await expect(tell('g')).resolves.toBe('done');
    });
  });

  test('a JVM with -Xrs handles no SIGQUIT, but has its socket open from the start', async () => {
    await withJvm(java, ['-Xrs'], async ({ pid }) => {
      expect((await collectEvidence(pid, options)).jvm?.flags).toContain('-XX:+ReduceSignalUsage');
    });
  });

  test('a process that is no JVM', async () => {
    const child = spawn('sleep', ['60']);
    try {
      // Before it sleeps the dynamic linker may not be done with it.
      await vi.waitUntil(async () => / S /.test(await readFile(`/proc/${child.pid}/stat`, 'utf8')), { timeout: 60_000 });
      const evidence = await collectEvidence(child.pid ?? 0, options);
      expect(evidence.jvm).toBeUndefined();
      expect(evidence.allocator.name).toBe('glibc');
      expect(evidence.regions.reduce((sum, { rssBytes }) => sum + rssBytes, 0)).toBe(evidence.rssBytes);
      expect(evidence.isJvm).toBe(false);
      expect(evidence.unknown.map(({ instrument }) => instrument)).toEqual(['heaps']);
    } finally {
      await endJvm(child);
    }
  });

  test('live bytes from a counter page, and a damaged page is said', async () => {
    const pages = await mkdtemp(join(tmpdir(), 'offheap-pages-'));
    const env = { ...process.env, LD_PRELOAD: preloadable('meter'), OFFHEAP_COUNTERS_DIR: pages };
    const child = spawn('cat', [], { env, stdio: 'pipe' });
    try {
      child.stdin.write('started\n');
      await once(child.stdout, 'data');
      const evidence = await collectEvidence(child.pid ?? 0, options);
      expect(evidence.counters?.liveBytes).toBeGreaterThan(0);
      expect(evidence.allocator.name).toBe('glibc'); // the meter only counts
      const [page] = await readdir(pages);
      const file = await open(join(pages, page ?? ''), 'r+');
      await file.write(Buffer.alloc(64), 0, 64, 0);
      await file.close();
      const damaged = await collectEvidence(child.pid ?? 0, options);
      expect(damaged.counters).toBeUndefined();
      expect(damaged.unknown.map(({ instrument }) => instrument)).toContain('counters');
    } finally {
      await endJvm(child);
      await rm(pages, { recursive: true });
    }
  });

  test('a pid that is free, a zombie, a thread, a kernel thread', async () => {
    const look = (pid: number) => collectEvidence(pid, options);
    await expect(look(2 ** 22 + 1)).rejects.toMatchObject({ code: 'NO_SUCH_PROCESS' });
    await expect(look(await startZombie())).rejects.toThrow('a zombie');
    if (existsSync('/proc/2/stat')) await expect(look(2)).rejects.toThrow('kernel thread');
  });
});
