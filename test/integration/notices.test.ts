import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Notice } from '../../src/model/notice.ts';
import { type ResultFile, resultFile } from '../../src/model/result.ts';
import { offheapInTurn } from '../cli/in-turn.ts';
import { offheap, root } from '../cli/offheap.ts';
import { compile } from '../native/preloaded.ts';
import { compileTexts } from './compile-java.ts';

/** Of the tests that run one after the other: how its process starts and ends is no matter here. */
const inTurn = offheapInTurn();
const grow = compile('grow_steadily');
/** Blocks a second, of 16,381 bytes: 16,400 of the heap with their headers and what aligns them. */
const blocks = 193;
const chunkBytes = 16_400;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offheap-notices-'));
  await compileTexts(folder, { Leak: leakByUnsafe, Leave: leaveToCollector });
});
afterAll(() => rm(folder, { recursive: true }));

const leakByUnsafe = `public class Leak {
       static byte[][] kept = new byte[1 << 20][];
       public static void main(String[] arguments) throws Exception {
         var field = Class.forName("sun.misc.Unsafe").getDeclaredField("theUnsafe");
         field.setAccessible(true);
         var unsafe = (sun.misc.Unsafe) field.get(null);
         System.out.println("ready");
         long start = System.nanoTime();
         for (long taken = 0; ; Thread.sleep(5))
           for (; taken < ${blocks} * (System.nanoTime() - start) / 1e9; taken++) {
             unsafe.setMemory(unsafe.allocateMemory(16_381), 16_381, (byte) 1);
             kept[(int) taken] = new byte[16_381];
           }
       }
     }`;

const leaveToCollector = `import java.io.File;
     public class Leave {
       public static void main(String[] arguments) throws Exception {
         System.out.println("ready");
         File go = new File(arguments[0], "go");
         while (!go.exists()) Thread.sleep(10);
         for (int count = 0; count < 9973; count++) new java.util.zip.Inflater();
         go.delete();
         Thread.sleep(600_000);
       }
     }`;

/** Of each run its own: some run at the same time. */
const rawFile = () => join(folder, `raw-${randomUUID()}.json`);

async function compare(args: string[], command: string[], status = 0): Promise<ResultFile> {
  return compareBy(inTurn, args, command, status);
}

/** In a process of its own, beside others. */
const compareBeside = (args: string[], command: string[]) => compareBy(offheap, args, command, 0);

async function compareBy(run: typeof offheap, args: string[], command: string[], status: number): Promise<ResultFile> {
  const own = ['compare', '--quiet', '--format=json', '--allocator=glibc', `--results=${rawFile()}`];
  const finished = await run([...own, ...args, '--', ...command]);
  expect({ status: finished.status, stderr: finished.stderr }).toEqual({ status, stderr: '' });
  return resultFile.parse(JSON.parse(finished.stdout));
}

/** What this machine is busy with beside it is no part of a test. */
const noticesOf = ({ notices = [] }: ResultFile) => notices.filter(({ code }) => code !== 'other-work');
const only = <Code extends Notice['code']>(result: ResultFile, code: Code) =>
  noticesOf(result).find((notice): notice is Extract<Notice, { code: Code }> => notice.code === code);

// Those of this file that wait for their time to be over wait together.
describe.concurrent.each([
  { way: 'malloc', keptBy: 'live', eachBytes: chunkBytes },
  { way: 'map', keptBy: 'free', eachBytes: 16_384 },
])('a program that grows by $way, 193 blocks a second, and does not stop', ({ way, keptBy, eachBytes }) => {
  test('leaks, at a rate whose interval holds the true one, and does not settle', async ({ expect }) => {
    const result = await compareBeside(
      ['--ready=ready', '--steady=1s', '--duration=12s', '--settle=4s'],
      [grow, way, String(blocks), '900'],
    );
    const leak = only(result, 'leaking');
    const truth = blocks * 60 * eachBytes;
    expect(leak).toMatchObject({ configuration: 'glibc', cells: 1, ofCells: 1, keptBy });
    expect(leak?.overMs).toBeGreaterThanOrEqual(6000);
    expect(leak?.rss?.lowPerMinute).toBeLessThanOrEqual(truth);
    expect(leak?.rss?.highPerMinute).toBeGreaterThanOrEqual(truth);
    // Of 181 MiB: what is said is said closely.
    expect((leak?.rss?.highPerMinute ?? 0) - (leak?.rss?.lowPerMinute ?? 0)).toBeLessThan(0.2 * truth);
    expect(leak).not.toHaveProperty('collected');
    expect(only(result, 'unsettled')?.movedBytes).toBeGreaterThan(3 * 2 ** 20);
    expect(noticesOf(result).map(({ code }) => code)).toEqual(['leaking', 'unsettled']);
  });
});

test.concurrent('a JVM that leaks by Unsafe, whose heap grows beside it: RSS outside the Java heap is told, and that no collection ran', async () => {
  // What a compiler takes, and when, is no part of it.
  const java = ['java', '-Xint', '-Xmx512m', '-Xmn400m', '-cp', folder, 'Leak'];
  const result = await compareBeside(['--ready=ready', '--steady=0', '--duration=14s', '--settle=0s'], java);
  const leak = only(result, 'leaking');
  const truth = blocks * 60 * chunkBytes;
  expect(leak).toMatchObject({ keptBy: 'live', collected: false });
  expect((leak?.live?.bytesPerMinute ?? 0) / truth).toBeGreaterThan(0.95);
  expect((leak?.live?.bytesPerMinute ?? 0) / truth).toBeLessThan(1.25);
  // The collector's tables grow with the heap; all of RSS grew by twice of it.
  expect((leak?.rss?.bytesPerMinute ?? 0) / truth).toBeGreaterThan(0.95);
  expect((leak?.rss?.bytesPerMinute ?? 0) / truth).toBeLessThan(1.25);
  const { baseline, loaded } = result.cells[0]?.phases ?? {};
  expect(loaded?.javaHeapRssBytes).toBeGreaterThan((baseline?.javaHeapRssBytes ?? 0) + 30 * 2 ** 20);
});

test.concurrent.each(['malloc', 'churn'])('a program that has grown by %s, and has stopped, is healthy', async (way) => {
  const seconds = way === 'malloc' ? '3' : '900';
  const result = await compareBeside(['--ready=ready', '--duration=12s', '--settle=3s'], [grow, way, '1009', seconds]);
  expect(noticesOf(result)).toEqual([]);
  const { machine, throttling, oomKills } = result.cells[0] ?? {};
  expect(machine?.capacityMs).toBeGreaterThanOrEqual(12_000);
  expect(machine && machine.idleMs + machine.stealMs + machine.othersMs).toBeLessThanOrEqual(machine?.capacityMs ?? 0);
  expect([throttling, oomKills ?? 0]).toEqual([undefined, 0]);
});

test.concurrent('a program that goes on growing after its load has not settled, and did not leak under it', async () => {
  const load = '--load=sleep 1.013';
  const result = await compareBeside(['--ready=ready', load, '--settle=3s'], [grow, 'malloc', String(blocks), '900']);
  expect(noticesOf(result).map(({ code }) => code)).toEqual(['unsettled']);
  // 1.5 s of it, less a tenth for the levels at its ends.
  const truth = 1.35 * blocks * chunkBytes;
  const { movedBytes = 0, overMs } = only(result, 'unsettled') ?? {};
  expect(overMs).toBeGreaterThanOrEqual(1500);
  expect(movedBytes).toBeGreaterThan(0.8 * truth);
  expect(movedBytes).toBeLessThan(1.5 * truth);
});

test.concurrent('the table says it before the recommendation', async () => {
  const { stdout } = await offheap([
    ...['compare', '--quiet', '--repeats=1', '--allocator=glibc,glibc-arena2', `--results=${rawFile()}`],
    ...['--ready=ready', '--steady=0', '--duration=10s', '--settle=300ms', '--', grow, 'malloc', String(blocks), '900'],
  ]);
  const said = stdout.replaceAll('\n', ' ');
  expect(said).toMatch(/Leaking: memory grew through all of the last 5\.\d s of the load\. glibc: RSS by 1[78]\d \[/);
  expect(said).toContain('The program keeps it: no allocator and no setting mends that');
  expect(said.indexOf('Leaking:')).toBeLessThan(said.indexOf('No candidate: '));
  expect(said).toContain('No candidate: ');
});

test('a program that kills itself was killed; one that offheap ended was not', async () => {
  const dead = await compare(['--ready=ready', '--duration=30s'], ['sh', '-c', 'echo ready; kill -SEGV $$'], 1);
  expect(noticesOf(dead)).toEqual([
    { code: 'killed', configuration: 'glibc', cells: 1, ofCells: 1, signal: 'SIGSEGV', ...oomKillsOf(dead) },
  ]);
  const slow = await compare(['--ready=never', '--timeout=300ms'], ['sleep', '71'], 1);
  expect(slow.cells.map(({ state, end }) => [state, end?.signal])).toEqual([['timeout', 'SIGKILL']]);
  expect(noticesOf(slow)).toEqual([]);
});

/** Where it is counted. */
function oomKillsOf({ cells: [cell] }: ResultFile): { oomKills?: number } {
  return cell?.oomKills === undefined ? {} : { oomKills: cell.oomKills };
}

const quotaGroup = `/sys/fs/cgroup/cpu/offheap-notices-${process.pid}`;

/** A cgroup v1 of a tenth of a processor; undefined where there can be none. */
function makeQuota(): string | undefined {
  try {
    mkdirSync(quotaGroup);
    writeFileSync(join(quotaGroup, 'cpu.cfs_period_us'), '20000');
    writeFileSync(join(quotaGroup, 'cpu.cfs_quota_us'), '2000');
    return join(quotaGroup, 'cgroup.procs');
  } catch {
    return undefined;
  }
}

test('a program in a cgroup of a tenth of a processor that wants a whole one is throttled', async ({ skip }) => {
  const procs = makeQuota() ?? '';
  if (procs === '') skip('no cgroup v1 with a CPU quota may be made here');
  try {
    const result = await compare(
      ['--ready=ready', '--duration=3s', '--settle=300ms'],
      ['sh', '-c', `echo $$ > ${procs}; exec ${grow} spin 1 900`],
    );
    const notice = only(result, 'throttled');
    const { phases, throttling } = result.cells[0] ?? {};
    // For how long depends on who else wants the processors: the kernel counted it, from before the load until after it.
    const counted = throttlingOf(dirname(procs));
    expect(throttling?.throttledMs).toBeLessThanOrEqual(counted.throttledMs);
    expect(throttling?.throttledMs).toBeGreaterThan(0.5 * counted.throttledMs);
    expect(throttling?.throttledPeriods).toBeLessThanOrEqual(counted.throttledPeriods);
    expect(throttling?.throttledPeriods).toBeGreaterThan(0.5 * counted.throttledPeriods);
    const burstMs = (phases?.loaded?.atMs ?? 0) - (phases?.baseline?.atMs ?? 0);
    expect(notice?.throttledShare).toBe((throttling?.throttledMs ?? 0) / burstMs);
    expect(notice?.throttledShare).toBeGreaterThan(0.05);
    expect((phases?.loaded?.cpuMs ?? 0) - (phases?.baseline?.cpuMs ?? 0)).toBeLessThan(0.5 * burstMs);
    expect(throttling?.periods).toBeGreaterThan(100);
  } finally {
    await expect.poll(() => isRemoved(quotaGroup)).toBe(true);
  }
});

/** What the kernel has counted of a cgroup v1 (Documentation/scheduler/sched-bwc.rst). */
function throttlingOf(group: string): { throttledPeriods: number; throttledMs: number } {
  const text = readFileSync(join(group, 'cpu.stat'), 'utf8');
  const field = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
  return { throttledPeriods: field('nr_throttled'), throttledMs: field('throttled_time') / 1e6 };
}

function isRemoved(group: string): boolean {
  try {
    rmdirSync(group);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

test('of a JVM that leaves Inflaters to the GC: no collection ran; with --gc nothing is left', async () => {
  const java = ['java', '-Xms256m', '-Xmx256m', '-cp', folder, 'Leave', folder];
  const load = `--load=sh -c 'touch ${folder}/go; while [ -e ${folder}/go ]; do sleep 0.05; done'`;
  const left = await compare(['--ready=ready', load, '--settle=1s'], java);
  expect(only(left, 'uncollected')).toMatchObject({ cells: 1, ofCells: 1 });
  // 7,160 bytes each, if never used.
  expect(only(left, 'uncollected')?.gainedBytes).toBeGreaterThan(9973 * 7160);
  const { loaded, settled } = left.cells[0]?.phases ?? {};
  expect([loaded?.collections, settled?.collections]).toEqual([0, 0]);
  const collected = await compare(['--ready=ready', load, '--settle=1s', '--gc'], java);
  expect(only(collected, 'uncollected')).toBe(undefined);
  expect(collected.cells[0]?.phases.settled?.collections).toBeGreaterThanOrEqual(2);
});

test('other work beside it is told, with what it took', async () => {
  const other = execa(grow, ['spin', '1', '900'], { reject: false });
  const another = execa(grow, ['spin', '1', '900'], { reject: false });
  try {
    const result = await compare(['--ready=ready', '--steady=0', '--duration=1s', '--settle=0s'], [grow, 'churn', '97', '900']);
    const machine = result.cells[0]?.machine;
    expect(machine?.othersMs).toBeGreaterThan(500);
    const notice = result.notices?.find(({ code }) => code === 'other-work');
    // On a machine of many processors two are no other work worth a word.
    const isBusy = machine && machine.idleMs <= 0.5 * machine.capacityMs && machine.othersMs >= 0.1 * machine.capacityMs;
    expect(notice !== undefined).toBe(isBusy || (machine?.stealMs ?? 0) >= 0.02 * (machine?.capacityMs ?? 0));
  } finally {
    other.kill('SIGKILL');
    another.kill('SIGKILL');
    await Promise.all([other, another]);
  }
});

const printed = (name: string) => `--load=cat ${join(root, 'test', 'fixtures', 'load-output', name)}`;

test('what a load of a named format prints are metrics, and requests that failed are told', async () => {
  const args = ['--ready=ready', '--load-format=wrk', '--settle=0s'];
  const result = await compare([...args, printed('wrk-4.1.0-errors.txt')], [grow, 'churn', '1', '900']);
  const [cell] = result.cells;
  expect(cell?.metrics).toEqual({
    requestsPerSecond: { value: 1225.34, better: 'higher' },
    p50Ms: { value: 2.73, better: 'lower' },
    p90Ms: { value: 10.16, better: 'lower' },
    p99Ms: { value: 47.51, better: 'lower' },
    errors: { value: 192, better: 'lower' },
  });
  expect(cell?.load).toMatchObject({ exitCode: 0, requests: 1348, errors: 192 });
  expect(noticesOf(result)).toEqual([
    { code: 'load-errors', configuration: 'glibc', cells: 1, ofCells: 1, errorShare: 192 / 1348 },
  ]);

  const other = await compare([...args, printed('hey-0.1.4.txt')], [grow, 'churn', '1', '900'], 1);
  expect(other.cells[0]?.reason).toMatch(
    /^Expected the load to print what wrk prints \(--load-format\), and found no figure of it\. The load said last: .*\[500\] 71 responses/,
  );
});
