import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FitOfConfiguration, type FitResult, fitFile } from '../../src/model/fit.ts';
import { findMemoryLimiter } from '../../src/process/memory-limiter.ts';
import { offheapInTurn } from '../cli/in-turn.ts';
import { startOffheap } from '../cli/offheap.ts';
import { canLimit, cannotLimit } from '../fixtures/permitted.ts';
import { compile } from '../native/preloaded.ts';
import { skipUnless } from '../skip.ts';
import { leftBehind, longSleep, processesWith } from './compare-programs.ts';
import { compileTexts } from './compile-java.ts';

/** How its process starts and ends is no matter here. */
const offheap = offheapInTurn();

const mib = 2 ** 20;
const hold = compile('hold_memory');
let folder: string;

skipUnless(canLimit(), cannotLimit);
const raw = () => join(folder, 'raw.json');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offheap-fit-'));
  if (canLimit()) await compileTexts(folder, { Big: big, Keep: keep, Both: both });
});
afterAll(() => rm(folder, { recursive: true }));

/** Programs that last for some looks at what their JVM has chosen: one is made each 25 ms, on a busy machine later. */
const big = `public class Big {
     public static void main(String[] arguments) throws Exception {
       byte[] kept = new byte[13 << 20];
       Thread.sleep(300);
       System.out.println(kept.length);
     }
   }`;

const keep = `public class Keep {
       public static void main(String[] arguments) {
         byte[][] kept = new byte[61][];
         for (int mib = 0; mib < kept.length; mib++) kept[mib] = new byte[1 << 19];
       }
     }`;

const both = `public class Both {
         public static void main(String[] arguments) throws Exception {
           byte[][] kept = new byte[151][];
           for (int at = 0; at < kept.length; at++) kept[at] = new byte[1 << 20];
           java.nio.ByteBuffer[] buffers = new java.nio.ByteBuffer[31];
           for (int at = 0; at < buffers.length; at++) {
             buffers[at] = java.nio.ByteBuffer.allocateDirect(1 << 20);
             for (int byteAt = 0; byteAt < 1 << 20; byteAt += 4096) buffers[at].put(byteAt, (byte) 1);
           }
           Thread.sleep(300);
       System.out.println(kept.length + buffers.length);
         }
       }`;

function fitArguments(args: string[], command: string[]): string[] {
  const own = ['fit', '--quiet', '--format=json', '--resolution=1m', '--repeats=2', `--results=${raw()}`];
  return [...own, ...args, ...(command.length > 0 ? ['--', ...command] : [])];
}

async function fit(args: string[], command: string[], status = 0): Promise<FitResult> {
  const finished = await offheap(fitArguments(args, command));
  expect({ status: finished.status, stderr: finished.stderr }).toEqual({ status, stderr: '' });
  const result = fitFile.parse(JSON.parse(finished.stdout));
  expect(result.complete).toBe(true);
  expect(JSON.parse(await readFile(raw(), 'utf8'))).toEqual(result);
  return result;
}

function only({ configurations: [one] }: FitResult): FitOfConfiguration {
  if (!one) throw new Error('no configuration');
  return one;
}

describe('a program that keeps 61 MiB', () => {
  test('needs those and a little, and real OOM kills show it', async () => {
    const { limitBytes = 0, tooSmallBytes = 0, state, attempts } = only(await fit([], [hold, '61', '65536']));
    expect(state).toBe('found');
    expect(limitBytes).toBeGreaterThan(61 * mib);
    expect(limitBytes).toBeLessThanOrEqual(64 * mib);
    expect(tooSmallBytes).toBe(limitBytes - mib);
    const died = attempts.filter(({ outcome }) => outcome !== 'survived');
    expect(died.length).toBeGreaterThanOrEqual(3);
    for (const { outcome, oomKills, limitBytes: limit, reason } of died) {
      expect([outcome, oomKills]).toEqual(['oom-killed', 1]);
      expect(limit).toBeLessThan(limitBytes);
      expect(reason).toMatch(
        /^The program was killed by SIGKILL before its first phase: out of memory, by the OOM killer of its cgroup/,
      );
    }
    for (const { limitBytes: limit, outcome, oomKills, peakBytes = 0 } of attempts) {
      if (outcome === 'survived') expect(oomKills).toBe(0);
      expect(peakBytes).toBeLessThanOrEqual(limit ?? Number.POSITIVE_INFINITY);
    }
    const atTheLimit = attempts.filter((attempt) => attempt.limitBytes === limitBytes);
    expect(atTheLimit.map(({ outcome }) => outcome)).toEqual(['survived', 'survived']);
  });

  test('is prepared before each attempt, and cleaned up after it, outside of the limit', async () => {
    const [log, script] = [join(folder, 'around.log'), join(folder, 'around.sh')];
    // As much as no limit of the search would let it have.
    await writeFile(script, `'${hold}' 97 65536 && echo "$1 $OFFHEAP_CONFIGURATION" >>${log}\n`);
    const around = [`--prepare=sh '${script}' before`, `--cleanup=sh '${script}' after`];
    const { state, attempts } = only(await fit(['--repeats=1', ...around], [hold, '61', '65536']));
    expect(state).toBe('found');
    const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
    expect(lines).toEqual(attempts.flatMap(() => ['before glibc', 'after glibc']));
  });

  test('is tried as often as asked for with headroom of a step: its peaks are the same', async () => {
    const { limitBytes = 0, shipBytes = 0, attempts } = only(await fit(['--confirm=3'], [hold, '61', '65536']));
    expect(shipBytes).toBe(limitBytes + mib);
    const confirming = attempts.filter(({ isConfirmation }) => isConfirmation);
    expect(confirming.map(({ limitBytes: limit, outcome }) => [limit, outcome])).toEqual(Array(3).fill([shipBytes, 'survived']));
  });

  test('in a child that is killed did not survive, though it ends with status 0', async () => {
    const { limitBytes = 0, attempts } = only(await fit(['--repeats=1'], [hold, '61', '65536', 'child']));
    expect(limitBytes).toBeGreaterThan(61 * mib);
    expect(limitBytes).toBeLessThanOrEqual(64 * mib);
    expect(attempts.find(({ outcome }) => outcome === 'oom-killed')).toMatchObject({
      oomKills: 1,
      reason: 'The OOM killer of its cgroup killed a process that it had started; it ended with status 0 itself.',
    });
  });

  test('the allocators need what their peaks are: a page and 4,097 bytes take two pages of the mmap allocator', async () => {
    const result = await fit(['--allocator=glibc,mmap', '--repeats=1'], [hold, '31', '4097']);
    const [glibc, mmap] = result.configurations.map(({ limitBytes = 0 }) => limitBytes / mib);
    expect(glibc).toBeLessThan(36);
    expect(mmap).toBeGreaterThan(61);
    expect(mmap).toBeLessThan(70);
  });
});

describe('a JVM that chooses its collector by what it sees', () => {
  const run = (...args: string[]) =>
    fit(['--repeats=1', '--resolution=8m', ...args], ['java', '-Xmx37m', '-XX:ActiveProcessorCount=2', '-cp', folder, 'Big']);

  test('is another at the limit than without one', async () => {
    const { attempts, limitBytes, pinnedFlags } = only(await run());
    expect(pinnedFlags).toBe(undefined);
    expect(attempts[0]).toMatchObject({ outcome: 'survived', jvm: { collector: 'G1', maxHeapBytes: 38 * mib } });
    const atTheLimit = attempts.find((attempt) => attempt.limitBytes === limitBytes);
    expect(atTheLimit?.jvm?.collector).toBe('Serial');
  });

  test('is the same with --pin-jvm', async () => {
    const { attempts, limitBytes, pinnedFlags } = only(await run('--pin-jvm'));
    expect(pinnedFlags).toEqual(['-XX:+UseG1GC']);
    const collectors = attempts.filter((attempt) => attempt.limitBytes === limitBytes).map(({ jvm }) => jvm?.collector);
    expect(collectors).toEqual(['G1']);
  });

  test('what is no JVM cannot be pinned', async () => {
    expect(only(await fit(['--pin-jvm', '--repeats=1'], ['true'], 1))).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/^Expected a JVM for --pin-jvm, found none by its counters/),
    });
  });
});

test('a JVM whose heap follows the limit: what its OutOfMemoryError ends is no OOM kill', async () => {
  const flags = ['-XX:MaxRAMPercentage=25', '-XX:MinRAMPercentage=25', '-XX:+UseSerialGC', '-Xshare:auto'];
  const {
    limitBytes = 0,
    tooSmallBytes,
    attempts,
  } = only(await fit(['--repeats=1', '--resolution=4m'], ['java', ...flags, '-cp', folder, 'Keep']));
  // 30.5 MiB of arrays are live in the end, in a heap of a quarter of the limit.
  expect(limitBytes).toBeGreaterThan(4 * 30.5 * mib);
  expect(limitBytes).toBeLessThan(8 * 30.5 * mib);
  expect(attempts.find((attempt) => attempt.limitBytes === tooSmallBytes)).toMatchObject({
    outcome: 'failed',
    oomKills: 0,
    reason: expect.stringContaining('java.lang.OutOfMemoryError: Java heap space'),
  });
});

describe('heap and limit together', () => {
  const run = (...command: string[]) => fit(['--find-heap', '--repeats=1', '--resolution=16m'], command);

  test('a heap of 151 MiB beside 31 needs less than half of what it needs with a quarter of the limit', async () => {
    const { configurations } = await run('java', '-XX:MaxDirectMemorySize=64m', '-cp', folder, 'Both');
    const [asItIs, ...percentages] = configurations;
    expect(asItIs?.heapPercentage).toBe(undefined);
    // A quarter of it is the heap.
    expect(asItIs?.limitBytes).toBeGreaterThan(4 * 151 * mib);
    const found = percentages.filter(({ state }) => state === 'found');
    const best = found.at(-1);
    expect(best?.limitBytes).toBeLessThan((asItIs?.limitBytes ?? 0) / 2);
    expect(best?.heapPercentage).toBeGreaterThanOrEqual(50);
    expect(percentages.length).toBeLessThanOrEqual(7);
    expect(best?.shipBytes).toBeGreaterThan(best?.limitBytes ?? 0);
    for (const { state, tooSmallBytes } of percentages.filter((one) => one !== best && one.state !== 'found')) {
      expect(state).toBe('larger');
      expect(tooSmallBytes).toBeGreaterThanOrEqual((best?.limitBytes ?? 0) - 16 * mib);
    }
    const atTheLimit = best?.attempts.find(({ limitBytes }) => limitBytes === best.limitBytes);
    const wanted = ((best?.limitBytes ?? 0) * (best?.heapPercentage ?? 0)) / 100;
    expect(Math.abs((atTheLimit?.jvm?.maxHeapBytes ?? 0) - wanted)).toBeLessThan(8 * mib);
  });

  test('a heap that something else decides on is said to be so', async () => {
    const { configurations } = await fit(
      ['--find-heap', '--repeats=1', '--resolution=64m'],
      ['sh', '-c', `exec java -Xmx403m -XX:MaxDirectMemorySize=64m -cp ${folder} Both`],
      1,
    );
    expect(configurations.at(-1)).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(
        /^At \d+ MiB the JVM had a heap of up to 40\d MiB, where 60 % are \d+\. Something else decides on it/,
      ),
    });
  });
});

test('the bundled reproducer, as a table', async () => {
  const own = ['repro', '--fit', '--quiet', `--results=${raw()}`, '--repeats=1', '--resolution=32m'];
  const { status, stdout, stderr } = await offheap([...own, '--streams=2000', '--heap=64m', '--allocator=glibc']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  // Wrapped to the width of a line.
  const [head = ''] = stdout.split('\n\n');
  expect(head.replaceAll('\n', ' ')).toMatch(
    /^leaky loader, scan all, 2,000 streams on 8 threads, heap 64 MiB; JDK .*; limits by cgroup v[12] in \//,
  );
  const cells =
    /^│ glibc +│ (.*) │$/m
      .exec(stdout)?.[1]
      ?.split('│')
      .map((text) => text.trim()) ?? [];
  const [limit, ship, tooSmall, saved, peakRss] = cells;
  expect(Number(limit)).toBeGreaterThan(64);
  expect(Number(limit)).toBeLessThan(256);
  expect([Number(limit) - Number(tooSmall), saved]).toEqual([32, '–']);
  expect(Number(ship) - Number(limit)).toBe(32);
  expect(stdout).toContain(`  limits: { memory: ${ship}Mi }\n`);
  expect(Number(peakRss)).toBeGreaterThan(100);
  expect(cells.at(-1)).toMatch(/^OOM killed ×\d$/);
});

test('a program that fails without a limit too is not searched', async () => {
  const result = await fit([], ['sh', '-c', 'echo "no config"; exit 4'], 1);
  expect(only(result)).toMatchObject({
    state: 'failed',
    reason: 'The program ended with status 4 before its first phase. It said last: no config',
    attempts: [{ outcome: 'failed', oomKills: 0 }],
  });
  expect(only(result).attempts.length).toBe(1);
});

test('a program that is too slow at a limit did not survive it', async () => {
  // Only its second run takes long.
  const slow = 'echo >> "$1"; test $(wc -l < "$1") = 2 && sleep 60; true';
  const { attempts, limitBytes, tooSmallBytes } = only(
    await fit(['--repeats=1', '--timeout=1s', '--resolution=1g'], ['sh', '-c', slow, 'sh', join(folder, 'runs')]),
  );
  expect(attempts.map(({ outcome }) => outcome)).toEqual(['survived', 'timeout', 'survived']);
  expect([tooSmallBytes, limitBytes]).toEqual([2 ** 30, 2 ** 31]);
  expect(attempts[1]?.reason).toMatch(/^Not done within 1\.0 s/);
});

test('killed by SIGKILL it leaves neither the program nor its cgroup', async () => {
  const command = ['sh', '-c', `setsid ${longSleep(605)} & ${longSleep(605)}`];
  const { child, finished } = startOffheap(fitArguments([], command));
  await expect.poll(() => processesWith(longSleep(605)).length).toBeGreaterThan(2);
  const group = join(findMemoryLimiter().folder, `offheap-fit-${child.pid}-1`);
  expect(existsSync(group)).toBe(true);
  child.kill('SIGKILL');
  await finished;
  expect(await leftBehind(longSleep(605))).toBe(0);
  await expect.poll(() => existsSync(group)).toBe(false);
  expect(JSON.parse(await readFile(raw(), 'utf8'))).toMatchObject({ complete: false, configurations: [] });
});

test('interrupted it keeps the attempts that were made, and goes on from them: status 130, then 0', async () => {
  const args = ['--repeats=3', '--resolution=64k'];
  const { child, finished } = startOffheap(fitArguments(args, ['sleep', '0.51']));
  const attempts = async () => JSON.parse(await readFile(raw(), 'utf8')).configurations[0]?.attempts.length;
  await expect.poll(attempts).toBeGreaterThan(1);
  child.kill('SIGINT');
  const { status, stdout } = await finished;
  expect(status).toBe(130);
  const interrupted = fitFile.parse(JSON.parse(stdout));
  expect([interrupted.complete, only(interrupted).state, only(interrupted).attempts[0]?.outcome]).toEqual([
    false,
    'searching',
    'survived',
  ]);

  const other = await offheap(fitArguments(['--repeats=2', `--resume=${raw()}`], ['sleep', '0.51']));
  expect(other).toMatchObject({ status: 2, stderr: expect.stringContaining('of the same plan, but its repeats is another') });
  const whole = await fit([...args, `--resume=${raw()}`], ['sleep', '0.51']);
  expect(only(whole).state).toBe('found');
  expect(only(whole).attempts.slice(0, only(interrupted).attempts.length)).toEqual(only(interrupted).attempts);
  expect(whole.startedAt).toBe(interrupted.startedAt);
});
