import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest';
import { configurationsOf } from '../../src/allocators/configurations.ts';
import { findAllocator } from '../../src/allocators/locate.ts';
import { liveBytesOf } from '../../src/model/counters.ts';
import { type Cell, type ResultFile, resultFile } from '../../src/model/result.ts';
import { bytesPerMiB } from '../../src/model/units.ts';
import { type CounterReader, openCounters } from '../../src/native/counters.ts';
import { execaRunner } from '../../src/process/execa-runner.ts';
import { burstBytes, retainedBytes, returnedShare } from '../../src/stats/returned.ts';
import { offheapInTurn } from '../cli/in-turn.ts';
import { startOffheap } from '../cli/offheap.ts';
import { findJavaHomes, javaHomeWith } from './java-homes.ts';

/** How its process starts and ends is no matter here. */
const offheap = offheapInTurn();
const all = configurationsOf(undefined).map(({ key }) => key);
/** The heap has room for what the most streams of this file leave of garbage: less of it is touched beforehand. */
const quick = ['--quiet', '--format=json', '--settle=2s', '--heap=256m'];
let folder: string;
/** A JDK whose launcher adds a flag: C2 takes a third of a short cell's processor time, and most of what is measured depends on no compiler. */
let quickJdk: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offheap-repro-'));
  quickJdk = await javaHomeWith(join(folder, 'quick jdk'), '-XX:TieredStopAtLevel=1');
});
afterAll(() => rm(folder, { recursive: true }));

async function repro(...args: string[]): Promise<ResultFile> {
  return reproOn(`--java=${quickJdk}`, ...args);
}

async function reproOn(...args: string[]): Promise<ResultFile> {
  const { status, stdout, stderr } = await offheap(['repro', ...quick, `--results=${join(folder, 'raw.json')}`, ...args]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return resultFile.parse(JSON.parse(stdout));
}

/** What a JVM that was attached to leaves when it is killed, unless somebody removes it. */
const attachSocketOf = (pid: number) => `/tmp/.java_pid${pid}`;
const attached = (pid: number) => expect.poll(() => existsSync(attachSocketOf(pid)), { interval: 10, timeout: 20_000 }).toBe(true);

/** The JVM that a harness has started, as soon as it is there. */
async function jvmOf(harnessPid: number): Promise<number> {
  for (;;) {
    const children = readFileSync(`/proc/${harnessPid}/task/${harnessPid}/children`, 'utf8').split(' ').map(Number).filter(Boolean);
    const jvm = children.find((pid) => commandOf(pid).includes('--loader='));
    if (jvm !== undefined) return jvm;
    await delay(20);
  }
}

/** Kills a metered process as soon as it has allocated so much, and says how much it had just before. */
async function killAtLiveBytes(pid: number, bytes: number): Promise<number> {
  let reader: CounterReader | undefined;
  for (;;) {
    reader ??= tryOpenCounters(pid);
    const liveBytes = (reader && liveBytesOf(reader.read())) ?? 0;
    if (liveBytes >= bytes) {
      process.kill(pid, 'SIGKILL');
      reader?.close();
      return liveBytes;
    }
    await delay(1);
  }
}

function tryOpenCounters(pid: number): CounterReader | undefined {
  try {
    return openCounters({ pid });
  } catch {
    // Its page is not there yet.
    return undefined;
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** A zombie has no command line any more. */
const isAlive = (pid: number) => commandOf(pid) !== '';

describe('the story, on every configuration', () => {
  /** Half of what the command takes by itself, and as much of the story. */
  const streams = 16_001;
  /** What these return depends on how many blocks they have, and on what compilers allocate between them. */
  const whole = ['glibc', 'glibc-trim', 'glibc-trim128k', 'jemalloc'];
  /** A quarter, of all others, of which a share comes back as of half. */
  const fewer = 8001;
  const streamsOf = (key: string) => (whole.includes(key) ? streams : fewer);
  let result: ResultFile;
  let cells: Record<string, Cell>;
  const cell = (key: string): Cell => {
    const found = cells[key];
    if (!found) throw new Error(`no cell ${key}`);
    return found;
  };
  /** Skips a test about configurations whose allocators are not installed. */
  const need = ({ skip }: TestContext, ...keys: string[]) => {
    const lacking = keys.map(cell).find(({ state }) => state === 'skipped');
    if (lacking) skip(lacking.reason);
  };
  const returned = (key: string) => returnedShare(cell(key), 'settled') ?? Number.NaN;

  beforeAll(async () => {
    const others = all.filter((key) => !whole.includes(key));
    const first = await reproOn(`--allocator=${whole}`, `--streams=${streams}`);
    result = await repro(`--allocator=${others}`, `--streams=${fewer}`);
    expect([first, result].map((one) => one.cells.map(({ configuration }) => configuration))).toEqual([whole, others]);
    expect([first.complete, result.complete]).toEqual([true, true]);
    cells = Object.fromEntries([...first.cells, ...result.cells].map((one) => [one.configuration, one]));
  });

  test('every cell is ok, in order, and the raw file is the printed one', async () => {
    const wrong = Object.values(cells).filter(
      ({ state, reason = '' }) => state !== 'ok' && !reason.includes(' is not installed. '),
    );
    expect(wrong.map(({ configuration, state, reason }) => [configuration, state, reason])).toEqual([]);
    expect(JSON.parse(await readFile(join(folder, 'raw.json'), 'utf8'))).toEqual(result);
  });

  test.for(all)('%s: proven to be in force, all streams left to the GC, a burst of 200 MB of 16,001', (key, context) => {
    need(context, key);
    const streams = streamsOf(key);
    const { provenance, phases } = cell(key);
    expect(provenance).toMatchObject({ verified: true, problems: [] });
    expect(phases.loaded?.announced).toMatchObject({ streams, openInflaters: streams, gcs: 0 });
    expect(phases.collected?.announced).toMatchObject({ openInflaters: 0 });
    expect(burstBytes(cell(key))).toBeGreaterThan((200e6 * streams) / 16_001);
    expect(phases.loaded?.nmtCommittedBytes).toBeLessThan((phases.loaded?.rssBytes ?? 0) - (150 * bytesPerMiB * streams) / 16_001);
  });

  test.for(all)('%s: live bytes rise by every Inflater and are back at collected, whatever RSS does', (key, context) => {
    need(context, key);
    const { baseline, loaded, collected, settled } = cell(key).phases;
    const [before = Number.NaN, full = Number.NaN, after = Number.NaN] = [baseline, loaded, collected].map(
      (phase) => phase?.liveBytes,
    );
    const streams = streamsOf(key);
    // Meanwhile the JVM may give back what its compilers had at the baseline.
    expect(full - before).toBeGreaterThan(streams * 39_928 * 0.99);
    // Usable is more than requested: a 32 KB window that is a mapping of its own has nine pages.
    expect(full - before).toBeLessThan(streams * 39_928 * 1.15);
    expect(after - before).toBeLessThan((full - before) * 0.05);
    expect(settled?.liveBytes).toBeGreaterThan(0);
  });

  test('what glibc holds at settled is retained, not live', () => {
    expect(retainedBytes(cell('glibc'))).toBeGreaterThan(100 * bytesPerMiB);
    expect(cell('glibc').provenance?.preloaded).toEqual([expect.stringMatching(/libmeter\.so$/)]);
  });

  test('glibc keeps what was freed, with any number of arenas; the JVM that trims does not', () => {
    expect(returned('glibc')).toBeLessThan(0.4);
    expect(returned('glibc-arena1')).toBeLessThan(0.4);
    expect(returned('glibc-arena2')).toBeLessThan(0.4);
    expect(returned('glibc-trim')).toBeGreaterThan(0.75);
  });

  test('settings that return it: a window is a mapping of its own, free spans decommitted, a background thread', (context) => {
    need(context, 'tcmalloc-decommit', 'jemalloc-bg');
    expect(returned('glibc-mmap16k')).toBeGreaterThan(0.25);
    expect(returned('tcmalloc-decommit')).toBeGreaterThan(0.75);
    expect(returned('jemalloc-bg')).toBeGreaterThan(0.75);
  });

  test('a setting that does not: a trim threshold cuts tops only', () => {
    expect(returned('glibc-trim128k')).toBeLessThan(0.4);
  });

  test('a setting that depends on the version: an idle thread of mimalloc 2 purges nothing, with mimalloc 3 whoever frees does', (context) => {
    need(context, 'mimalloc-purge0');
    const { allocatorVersion = '', readBack } = cell('mimalloc-purge0').provenance ?? {};
    const [major = 0, minor = 0] = allocatorVersion.split('.').map(Number);
    expect(readBack).toEqual(major === 2 && minor === 0 ? { decommit_delay: '0' } : { purge_delay: '0' });
    if (major >= 3) expect(returned('mimalloc-purge0')).toBeGreaterThan(0.75);
    else expect(returned('mimalloc-purge0')).toBeLessThan(0.4);
  });

  test('malloc_trim gives it back', () => {
    for (const key of ['glibc', 'glibc-arena1', 'glibc-arena2']) expect(returnedShare(cell(key), 'trimmed')).toBeGreaterThan(0.75);
  });

  test('tcmalloc and mimalloc keep it as well; jemalloc from 5.3 on returns more than they do', (context) => {
    need(context, 'tcmalloc', 'mimalloc', 'jemalloc');
    expect(returned('tcmalloc')).toBeLessThan(0.4);
    expect(returned('mimalloc')).toBeLessThan(0.4);
    const [major = 0, minor = 0] = (cell('jemalloc').provenance?.allocatorVersion ?? '').split('.').map(Number);
    expect(major).toBeGreaterThanOrEqual(5);
    if (major === 5 && minor < 3) expect(returned('jemalloc')).toBeLessThan(0.4);
    else expect(returned('jemalloc')).toBeGreaterThan(returned('tcmalloc') + 0.1);
  });

  test('the mmap allocator returns it, and its counters say why', () => {
    const { phases, counters, timeline } = cell('mmap');
    expect(returned('mmap')).toBeGreaterThan(0.75);
    const growth = (phases.loaded?.liveBytes ?? 0) - (phases.baseline?.liveBytes ?? 0);
    expect(growth).toBeGreaterThan(fewer * 39_928);
    expect(growth).toBeLessThan(fewer * 39_928 * 1.05);
    expect((phases.collected?.liveBytes ?? 0) - (phases.baseline?.liveBytes ?? 0)).toBeLessThan(growth * 0.05);
    expect(retainedBytes(cell('mmap'))).toBeLessThan(32 * bytesPerMiB);
    expect(counters).toMatchObject({ calls: { malloc: expect.any(Number) } });
    expect(timeline?.liveBytes?.length).toBe(timeline?.atMs.length);
    expect(Math.max(...(timeline?.liveBytes ?? []).map((bytes) => bytes ?? 0))).toBeGreaterThanOrEqual(fewer * 39_928);
  });

  test.for(all)('%s: RSS was sampled from start to end, and its peak is at or above every phase', (key, context) => {
    need(context, key);
    const { timeline, phases, wallMs = 0 } = cell(key);
    if (!timeline) throw new Error('no timeline');
    // 200 Hz on a quiet machine; a busy one leaves some out.
    expect(timeline.atMs.length).toBeGreaterThan((wallMs / 1000) * 10);
    expect(timeline).toMatchObject({ intervalMs: 5, droppedSamples: 0 });
    expect(timeline.rssBytes.length).toBe(timeline.atMs.length);
    expect(timeline.atMs.at(-1)).toBeGreaterThan(phases.settled?.atMs ?? Number.POSITIVE_INFINITY);
    expect(Math.max(...timeline.rssBytes)).toBeGreaterThan((phases.loaded?.rssBytes ?? 0) - 8 * bytesPerMiB);
  });
});

test('repeats: blocks of random order, intervals, a comparison with the reference that admits what too few rounds cannot tell', async () => {
  const result = await repro(
    '--allocator=glibc,mine=mmap',
    '--streams=16001',
    '--repeats=2',
    '--settle=1s',
    '--seed=4',
    '--cores=3',
  );
  expect(result.cells.map(({ repeat }) => repeat)).toEqual([1, 1, 2, 2]);
  expect(result.seed).toBe(4);
  expect(result.cells.find(({ configuration }) => configuration === 'glibc')?.provenance?.environment).toMatchObject({
    GLIBC_TUNABLES: 'glibc.malloc.arena_max=24',
  });
  expect(result.summary.map(({ configuration, okCells }) => [configuration, okCells])).toEqual([
    ['glibc', 2],
    ['mine', 2],
  ]);
  const [, mine] = result.summary;
  expect(mine?.comparison).toMatchObject({ reference: 'glibc', verdict: 'too few rounds' });
  expect(mine?.comparison?.settledDifferenceBytes.mean).toBeLessThan(-50 * bytesPerMiB);
  const burstMsOf = (key: string, repeat: number) =>
    result.cells.find((cell) => cell.configuration === key && cell.repeat === repeat)?.burstMs ?? Number.NaN;
  const [first = Number.NaN, second = Number.NaN] = [1, 2].map((repeat) => burstMsOf('mine', repeat) / burstMsOf('glibc', repeat));
  // Pair by pair. Which of the two is faster, a busy machine decides.
  expect(mine?.comparison?.burstMsRatio?.mean).toBeCloseTo(Math.sqrt(first * second), 6);
  expect(mine?.comparison?.burstMsRatio).not.toHaveProperty('low');
  expect(mine?.figures.returnedAfter1S?.median).toBeGreaterThan(0.75);
  expect(mine?.figures.returnHalfLifeMs?.median).toBeGreaterThan(0);
});

test('flags of the JVM: each JVM reports its own, and one that has a flag not is left out with the JDKs that have it', async () => {
  const result = await repro('--allocator=jvm-serial,jvm-g1-periodic,jvm-zgc-generational', '--streams=2000', '--settle=100ms');
  const cellOf = (key: string) => result.cells.find(({ configuration }) => configuration === key);
  expect(cellOf('jvm-serial')).toMatchObject({ state: 'ok', provenance: { verified: true, jvmFlags: ['-XX:+UseSerialGC'] } });
  expect(cellOf('jvm-g1-periodic')?.provenance).toMatchObject({
    verified: true,
    jvmFlags: ['-XX:+UseG1GC', '-XX:G1PeriodicGCInterval=10000'],
  });
  const generational = cellOf('jvm-zgc-generational');
  if (generational?.state === 'skipped')
    expect(generational.reason).toMatch(/^JDK \S+ has no ZGenerational \(JDK 21 to 23; later ZGC has generations by itself\)\./);
  else expect(generational?.provenance?.jvmFlags).toEqual(['-XX:+UseZGC', '-XX:+ZGenerational']);
});

/** Of a test that asks for nothing after the scan. */
const soon = '--settle=100ms';
/** Of a test whose values depend on no size. */
const few = '--streams=2000';

/** Of which the leaky loader would leave a burst of over 100 MiB. */
const telling = '--streams=8009';

test.each(['--loader=fixed', '--loader=jdk', '--scan=none'])('%s has no burst', async (option) => {
  const [cell] = (await repro('--allocator=glibc', option, telling, soon)).cells;
  if (!cell) throw new Error('no cell');
  expect(burstBytes(cell)).toBeLessThan(32 * bytesPerMiB);
});

test("--scan=package is the article's fix: no burst; some streams are still left to the GC, but few", async () => {
  const [cell] = (await repro('--allocator=glibc', '--scan=package', soon)).cells;
  if (!cell) throw new Error('no cell');
  expect(burstBytes(cell)).toBeLessThan(32 * bytesPerMiB);
  const { streams, openInflaters } = cell.phases.loaded?.announced ?? {};
  expect(openInflaters).toBe(streams);
  expect(streams).toBeGreaterThan(10);
  expect(streams).toBeLessThan(1000);
});

test('--no-meter leaves the allocator alone, and live bytes unknown', async () => {
  const [glibc] = (await repro('--allocator=glibc', '--no-meter', few, soon)).cells;
  expect(glibc?.provenance?.preloaded).toEqual([]);
  expect(glibc?.phases.loaded).not.toHaveProperty('liveBytes');
  expect(glibc).not.toHaveProperty('counters');
});

test('half, as Boot 2.0.5: one Inflater of two is left to the GC, a burst of a sixth', async () => {
  const [cell] = (await repro('--allocator=mmap', '--loader=half', telling, soon)).cells;
  if (!cell) throw new Error('no cell');
  expect(cell.phases.loaded?.announced?.['openInflaters']).toBe(8009);
  const growth = (cell.phases.loaded?.liveBytes ?? 0) - (cell.phases.baseline?.liveBytes ?? 0);
  expect(growth).toBeGreaterThan(8009 * 7160);
  // And arenas of compilers.
  expect(growth).toBeLessThan(8009 * 7160 * 1.1 + 16 * bytesPerMiB);
});

/** But the first, which has told it above. */
for (const { java, version } of findJavaHomes().slice(1)) {
  test(`JDK ${version} tells the story`, async () => {
    // Half of the streams, of which a share comes back as of all.
    const { cells } = await reproOn('--allocator=glibc,mmap', '--streams=16000', '--settle=1s', `--java=${dirname(dirname(java))}`);
    expect(cells.map(({ state, reason }) => [state, reason])).toEqual([
      ['ok', undefined],
      ['ok', undefined],
    ]);
    const [glibc, mmap] = cells.map((cell) => returnedShare(cell, 'settled'));
    expect(glibc).toBeLessThan(0.4);
    expect(mmap).toBeGreaterThan(0.75);
  });
}

describe('cells that go wrong', () => {
  const raw = () => join(folder, 'wrong.json');
  const readRaw = async () => resultFile.parse(JSON.parse(await readFile(raw(), 'utf8')));
  const start = (...args: string[]) =>
    startOffheap(['repro', ...quick, `--java=${quickJdk}`, `--results=${raw()}`, ...args], {}, folder);

  test('a time-out keeps what was measured, and the next cell runs', async () => {
    const { status, stdout } = await offheap([
      'repro',
      ...quick,
      `--results=${raw()}`,
      '--allocator=glibc',
      // Soon done, on a busy machine too, but for the settling.
      '--streams=10',
      '--settle=600s',
      '--timeout=15s',
    ]);
    expect(status).toBe(1);
    const [cell] = resultFile.parse(JSON.parse(stdout)).cells;
    expect(cell).toMatchObject({
      state: 'timeout',
      reason: 'Not done within 15 s; ended after phase collected. Allow more by --timeout.',
    });
    expect(cell?.phases.collected?.rssBytes).toBeGreaterThan(0);
  });

  test('a JVM that cannot start is a failed cell with its own words', async () => {
    const { status, stdout } = await offheap([
      'repro',
      ...quick,
      `--results=${raw()}`,
      '--allocator=glibc',
      '--heap=100000g',
      '--streams=1',
    ]);
    expect(status).toBe(1);
    expect(resultFile.parse(JSON.parse(stdout)).cells[0]).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/^The JVM ended with status 1 before its first phase: .*(heap|memory|reserve)/i),
    });
  });

  test('kill -9 in the middle of the burst: timeline and counters up to the last sample', async () => {
    const { child, finished } = start('--allocator=glibc');
    const pid = await jvmOf(child.pid ?? 0);
    const seen = await killAtLiveBytes(pid, 400 * bytesPerMiB);
    const { status, stdout } = await finished;
    expect(status).toBe(1);
    const [cell] = resultFile.parse(JSON.parse(stdout)).cells;
    expect(cell).toMatchObject({ state: 'failed', reason: expect.stringContaining('SIGKILL') });
    expect(Object.keys(cell?.phases ?? {})).toEqual(['baseline']);
    // What was seen before the signal is nearly the least it can have been: the burst goes on for as long as the signal takes, and the arenas of
    // compilers come and go.
    const arenas = 16 * bytesPerMiB;
    const last = Number(cell?.counters?.['liveUsableBytes']);
    expect(last).toBeGreaterThanOrEqual(seen - arenas);
    expect(last).toBeLessThan(32_000 * 39_928 * 1.15);
    const lastSampled = cell?.timeline?.liveBytes?.at(-1) ?? Number.NaN;
    expect(lastSampled).toBeLessThanOrEqual(last + arenas);
    expect(lastSampled).toBeGreaterThan(last / 2);
    expect(cell?.timeline?.rssBytes.at(-1)).toBeGreaterThan(cell?.phases.baseline?.rssBytes ?? Number.POSITIVE_INFINITY);
  });

  test('a JVM that is killed is a failed cell; the cells before and after it are kept', async () => {
    const { child, finished } = start('--allocator=glibc,glibc-arena1', few);
    const pid = await jvmOf(child.pid ?? 0);
    await attached(pid);
    process.kill(pid, 'SIGKILL');
    const { status, stdout } = await finished;
    expect(status).toBe(1);
    const { cells } = resultFile.parse(JSON.parse(stdout));
    expect(cells.map(({ state }) => state)).toEqual(['failed', 'ok']);
    expect(cells[0]?.reason).toMatch(/^The JVM was killed by SIGKILL /);
    expect(existsSync(attachSocketOf(pid))).toBe(false);
  });

  test('Ctrl-C ends the JVM, keeps and prints the finished cells, and is status 130', async () => {
    const { child, finished } = start('--allocator=glibc,glibc-arena1', few);
    while ((await readRaw().catch(() => undefined))?.cells.length !== 1) await delay(50);
    const jvm = await jvmOf(child.pid ?? 0);
    await attached(jvm);
    child.kill('SIGINT');
    const { status, stdout } = await finished;
    expect(status).toBe(130);
    const printed = resultFile.parse(JSON.parse(stdout));
    expect(printed).toMatchObject({ complete: false, cells: [{ configuration: 'glibc', state: 'ok' }] });
    expect(await readRaw()).toEqual(printed);
    expect(isAlive(jvm)).toBe(false);
    expect(existsSync(attachSocketOf(jvm))).toBe(false);
  });

  test('a harness that is killed leaves a readable result file and no JVM', async () => {
    const { child, finished } = start('--allocator=glibc,glibc-arena1', few);
    const jvm = await jvmOf(child.pid ?? 0);
    await attached(jvm);
    child.kill('SIGKILL');
    await finished;
    expect((await readRaw()).complete).toBe(false);
    for (let tries = 0; tries < 200 && isAlive(jvm); tries++) await delay(50);
    expect(isAlive(jvm)).toBe(false);
    await expect.poll(() => existsSync(attachSocketOf(jvm)), { timeout: 5000 }).toBe(false);
  });
});

test.for([
  // Inflaters made for each stream, and how many of them nobody ends.
  { loader: 'leaky', made: 1, left: 1 },
  { loader: 'half', made: 2, left: 1 },
  { loader: 'fixed', made: 1, left: 0 },
])(
  '--census of the $loader loader: blocks of zlib’s sizes are the Inflaters that nobody has ended',
  async ({ loader, made, left }, { skip }) => {
    const located = await findAllocator('jemalloc', execaRunner);
    if (!located.found) skip(located.reason);
    const streams = 4001;
    const own = [`--loader=${loader}`, `--streams=${streams}`, soon, '--census'];
    const { cells, plan } = await repro('--allocator=glibc,jemalloc', ...own);
    expect(plan?.census).toBe(true);
    const [glibc, jemalloc] = cells.map(({ census }) => census);
    // The JVM's own, for the jar of its class path.
    const others = 20;
    expect(glibc?.inflaterBlocks).toBeGreaterThanOrEqual(left * streams);
    expect(glibc?.inflaterBlocks).toBeLessThan(left * streams + others);
    for (const census of [glibc, jemalloc]) {
      expect(census?.inflaterObjects).toBeGreaterThanOrEqual(left * streams);
      expect(census?.inflaterObjects).toBeLessThan(made * streams + others);
    }
    expect(jemalloc?.inflaterBlocks).toBeUndefined();
  },
);
