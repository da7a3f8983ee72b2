import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findAllocator } from '../../src/allocators/locate.ts';
import { parseConfigurations } from '../../src/allocators/parse-configurations.ts';
import { exploreFile } from '../../src/model/explore.ts';
import { type Cell, type ResultFile, resultFile } from '../../src/model/result.ts';
import { execaRunner } from '../../src/process/execa-runner.ts';
import { offheapInTurn } from '../cli/in-turn.ts';
import { startOffheap } from '../cli/offheap.ts';
import { runMeasured } from '../hostile/measured.ts';
import { compile } from '../native/preloaded.ts';
import { counterFoldersOf, freePort, isRunning, leftBehind, loadOf, longSleep, serverScript } from './compare-programs.ts';
import { compileTexts } from './compile-java.ts';
import { reproJar } from './java-process.ts';

/** How its process starts and ends is no matter here. */
const offheap = offheapInTurn();

const quick = ['--quiet', '--format=json', '--steady=0', '--settle=300ms'];
let folder: string;
const raw = () => join(folder, 'raw.json');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offheap-compare-'));
  const waiting = (name: string, line: string) =>
    `public class ${name} { public static void main(String[] arguments) throws Exception { System.out.println("${line}"); Thread.sleep(600_000); } }`;
  await compileTexts(folder, { Waiting: waiting('Waiting', 'ready'), Waits: waiting('Waits', '@ready here') });
});
afterAll(() => rm(folder, { recursive: true }));

async function compare(args: string[], command: string[], status = 0): Promise<ResultFile> {
  const finished = await offheap([
    'compare',
    ...quick,
    `--results=${raw()}`,
    '--allocator=glibc',
    '--repeats=1',
    ...args,
    '--',
    ...command,
  ]);
  expect({ status: finished.status, stderr: finished.stderr }).toEqual({ status, stderr: '' });
  return resultFile.parse(JSON.parse(finished.stdout));
}

async function failedCell(args: string[], command: string[]): Promise<Cell> {
  const [cell] = (await compare(args, command, 1)).cells;
  if (!cell) throw new Error('no cell');
  return cell;
}

describe("a library of the user's", () => {
  const mine = compile('own_allocator', 'library');

  test('serves a JVM with its setting, is proved, and has its path in the result', async () => {
    const { cells, plan } = await compare(
      [`--allocator=mine=${mine},OWN_SETTING=7,-XX:+UseSerialGC`, '--reference=mine', '--duration=200ms', '--ready=ready'],
      ['java', '-Xmx37m', '-cp', folder, 'Waiting'],
    );
    const [cell] = cells;
    expect(plan?.configurations[0]?.settings).toMatchObject({ library: mine, env: { OWN_SETTING: '7' } });
    expect([cell?.state, cell?.allocator]).toEqual(['ok', 'own']);
    expect(cell?.provenance).toMatchObject({ verified: true, allocatorLibrary: mine, jvmFlags: ['-XX:+UseSerialGC'] });
    expect(cell?.phases.settled?.liveBytes).toBeGreaterThan(1e6);
  });
});

describe('--explore', () => {
  const explored = async (args: string[], command: string[], status = 0) => {
    const own = ['compare', '--explore', ...quick, `--results=${raw()}`, '--ready=ready', '--duration=100ms', '--settle=100ms'];
    const finished = await offheap([...own, ...args, '--', ...command]);
    expect(finished.status, finished.stderr).toBe(status);
    return finished;
  };

  test('searches the settings of an allocator, keeps the raw result, and its finalists can be compared', async () => {
    const { stdout } = await explored(
      ['--allocator=glibc,tcmalloc', '--budget=20s', '--seed=7'],
      ['sh', '-c', 'echo ready; sleep 60'],
    );
    const result = exploreFile.parse(JSON.parse(stdout));
    expect(JSON.parse(await readFile(raw(), 'utf8'))).toEqual(result);
    const [first] = result.rungs;
    expect(first?.standings.length).toBeGreaterThan(3);
    // glibc has 48 settings, tcmalloc 4; none is named twice, and none is left out.
    const named = [...(first?.standings ?? []).map(({ configuration }) => configuration), ...result.untried];
    expect([named.length, new Set(named).size]).toEqual([52, 52]);
    expect(result.finalists.length).toBeGreaterThan(0);
    expect(parseConfigurations(result.allocators).map(({ key }) => key)).toEqual(['glibc', ...result.finalists]);
    expect(result).toMatchObject({ complete: true, seed: 7, budgetMs: 20_000, reference: 'glibc' });
  });

  test('a program that does not run ends it at once, with why', async () => {
    const { stderr } = await explored(['--allocator=glibc'], ['sh', '-c', 'echo no config; exit 4'], 1);
    expect(stderr).toMatch(/^offheap: Expected glibc to run, to compare the others with: failed: The program ended with status 4/);
  });
});

describe('a program that is no JVM', () => {
  test('Python behind http: phases, load, metrics, processor time, and native RSS is RSS', async ({ skip }) => {
    const jemalloc = await findAllocator('jemalloc', execaRunner);
    if (!jemalloc.found) skip(jemalloc.reason);
    const port = await freePort();
    const ready = `--ready=http://127.0.0.1:${port}/`;
    const { cells, host, plan } = await compare(
      ['--allocator=glibc,jemalloc', ready, `--load=${loadOf(port, 40)}`],
      ['python3', serverScript, String(port)],
    );
    expect(cells.map(({ state, reason }) => [state, reason])).toEqual([
      ['ok', undefined],
      ['ok', undefined],
    ]);
    expect(host).not.toHaveProperty('jdk');
    expect(plan?.configurations.map(({ key }) => key)).toEqual(['glibc', 'jemalloc']);
    for (const { phases, load, metrics, burstMs, provenance, notes } of cells) {
      expect(Object.keys(phases)).toEqual(['baseline', 'loaded', 'settled']);
      expect(phases.settled?.nativeRssBytes).toBe(phases.settled?.rssBytes);
      expect(phases.settled?.liveBytes).toBeGreaterThan(1e6);
      expect(phases.loaded?.cpuMs).toBeGreaterThan(phases.baseline?.cpuMs ?? Number.NaN);
      expect(phases.loaded?.minorFaults).toBeGreaterThanOrEqual(phases.baseline?.minorFaults ?? Number.NaN);
      expect(load).toEqual({ exitCode: 0, wallMs: burstMs });
      expect(metrics).toEqual({
        p50Ms: { value: expect.any(Number), better: 'lower' },
        requests: { value: 40, better: 'higher' },
      });
      expect(provenance).toMatchObject({ verified: true });
      expect(notes).toEqual([]);
    }
    expect(await leftBehind(serverScript)).toBe(0);
  });

  test('C behind tcp, for so long of its own work, on every kind of counter', async () => {
    const port = await freePort();
    const { cells } = await compare(
      ['--allocator=glibc,glibc-trim,mmap', `--ready=tcp:${port}`, '--duration=200ms'],
      [compile('echo_server'), String(port)],
    );
    expect(cells.map(({ configuration, state }) => [configuration, state])).toEqual([
      ['glibc', 'ok'],
      ['glibc-trim', 'skipped'],
      ['mmap', 'ok'],
    ]);
    expect(cells[1]?.reason).toBe('It sets JVM flags, and the program is no JVM.');
    const { baseline, loaded } = cells[0]?.phases ?? {};
    expect((loaded?.atMs ?? 0) - (baseline?.atMs ?? 0)).toBeGreaterThanOrEqual(200);
  });
});

describe('a JVM', () => {
  const steps = ['-Xmx128m', '-jar', reproJar, 'scan', '--step', '--loader=leaky', '--streams=2000', '--settle-ms=100'];

  test('behind a wrapper script: the JVM is found and measured, and told so', async () => {
    const { cells } = await compare(
      ['--allocator=glibc,glibc-trim', '--step'],
      ['sh', '-c', `java ${steps.slice(0, -1).join(' ')} --settle-ms=100 --jars=${reproJar}; exit $?`],
    );
    expect(cells.map(({ state, reason }) => [state, reason])).toEqual([
      ['ok', undefined],
      ['ok', undefined],
    ]);
    expect(cells[0]?.notes).toContainEqual(expect.stringMatching(/^measured process \d+, the JVM that the command has started/));
    expect(cells[0]?.phases.settled?.javaHeapRssBytes).toBeGreaterThan(1e6);
    expect(cells[1]?.provenance?.jvmFlags).toEqual(['-XX:TrimNativeHeapInterval=1000']);
  });

  test('a line of its output is its baseline, --gc collects, and SIGTERM ends it', async () => {
    const { cells } = await compare(
      ['--ready=@ready here', '--duration=100ms', '--gc'],
      ['java', '-Xmx64m', '-cp', folder, 'Waits'],
    );
    expect(cells[0]?.state).toBe('ok');
    expect(Object.keys(cells[0]?.phases ?? {})).toEqual(['baseline', 'loaded', 'collected', 'settled', 'trimmed']);
    expect(await leftBehind(`${folder} Waits`)).toBe(0);
  });
});

describe('cells that go wrong', () => {
  test('never ready: a time-out that says what was waited for, and what it said last', async () => {
    const cell = await failedCell(
      ['--ready=never said', '--timeout=1s'],
      ['sh', '-c', `echo still booting; exec ${longSleep(601)}`],
    );
    expect(cell).toMatchObject({
      state: 'timeout',
      reason:
        'Not done within 1.0 s; ended before its first phase, waiting for a line that matches /never said/. Allow more by --timeout. It said last: still booting',
    });
    expect(await leftBehind(longSleep(601))).toBe(0);
  });

  test('a crash: the signal or the status, and its last words from stderr', async () => {
    const crash = await failedCell(['--ready=x'], ['sh', '-c', 'echo about to die >&2; kill -SEGV $$']);
    expect(crash.state).toBe('failed');
    expect(crash.reason).toBe('The program ended by SIGSEGV before its first phase. It said last: about to die');
    const status = await failedCell(['--ready=up', '--duration=5s'], ['sh', '-c', 'echo up; sleep 0.5; echo gone; exit 7']);
    expect(status.reason).toBe('The program ended with status 7 after phase baseline. It said last: up | gone');
  });

  test('a program that is over before it was ready is told how to say that it is', async () => {
    const { reason } = await failedCell([], ['echo', 'hello']);
    expect(reason).toBe(
      'The program ended with status 0 before its first phase, before it had settled. Say by --ready when it is ready, or let it print @phase lines. It said last: hello',
    );
  });

  test('a flood of output ends the cell, and not offheap', async () => {
    const { state, reason } = await failedCell(['--ready=never'], ['yes', 'x'.repeat(60_000)]);
    expect(state).toBe('failed');
    expect(reason).toMatch(/^It wrote over 256 MiB to stdout, .* Send its log to a file\./);
    expect(reason?.length).toBeLessThan(2000);
  });

  test('a flood without an end of line is cut, too, and only its last pieces are made printable', async () => {
    const args = ['compare', ...quick, `--results=${raw()}`, '--allocator=glibc', '--ready=never', '--', 'cat', '/dev/zero'];
    const { status, stdout, stderr, processorSeconds } = await runMeasured(args, { folder, seconds: 120 });
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(resultFile.parse(JSON.parse(stdout)).cells[0]?.reason).toMatch(/^It wrote over 256 MiB to stdout/);
    // Each character of it as a number: 30 s.
    expect(processorSeconds).toBeLessThan(10);
  });

  test('a program whose interpreter does not exist, and a load whose interpreter does not', async () => {
    const script = join(folder, 'no-interpreter');
    await writeFile(script, '#!/no/such/interpreter\n', { mode: 0o755 });
    expect((await failedCell(['--ready=x'], [script])).reason).toMatch(/^Could not start ".*no-interpreter"/);
    const { state, reason } = await failedCell(
      ['--ready=up', `--load=${script}`],
      ['sh', '-c', `echo up; ${longSleep(602)}; exit 0`],
    );
    expect([state, reason]).toEqual(['failed', expect.stringMatching(/^The load could not be started: .*no-interpreter/)]);
    expect(await leftBehind(longSleep(602))).toBe(0);
  });

  test('a load that fails is in the cell, with its status and its words', async () => {
    const command = ['sh', '-c', 'echo up; sleep 602.5; exit 0'];
    const { load, reason, phases } = await failedCell(["--load=sh -c 'echo no answer; exit 3'", '--ready=up'], command);
    expect(load).toEqual({ exitCode: 3, wallMs: expect.any(Number) });
    expect(reason).toMatch(/^The load ended with status 3: no answer/);
    expect(Object.keys(phases)).toEqual(['baseline']);
  });

  test('a port that answers already is not taken for the program', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const { reason } = await failedCell([`--ready=tcp:${port}`, '--duration=1s'], ['sleep', '603']);
    other.close();
    expect(reason).toMatch(new RegExp(`^Something listens on 127.0.0.1:${port} already`));
  });

  test('SIGTERM that is ignored: killed after the grace time, with a note', async () => {
    const port = await freePort();
    const { cells } = await compare(
      [`--ready=tcp:${port}`, '--duration=10ms', '--grace=300ms'],
      ['python3', serverScript, String(port), '--slow-stop'],
    );
    expect(cells[0]).toMatchObject({ state: 'ok', notes: ['did not end within 0.3 s of SIGTERM, and was killed'] });
  });
});

test('wrong usage is told before anything is started', async () => {
  const usage = async (...args: string[]) => (await offheap(['compare', ...args, '--', 'true'])).stderr;
  expect(await usage('--ready=tcp:x')).toMatch(/^offheap: Expected --ready to be tcp:PORT/);
  expect(await usage('--load=x', '--duration=1s')).toMatch(/^offheap: Expected either --load or --duration/);
  expect(await usage('--load= ')).toMatch(/^offheap: Expected --load to be a command/);
  expect(await usage('--resume=/no/such.json')).toMatch(
    /^offheap: Expected a result file, but "\/no\/such.json" cannot be read: it does not exist\.\n$/,
  );
});

test('pages of processes that a program has started and that have ended are removed while it runs', async () => {
  const children = 211;
  const script = `echo up; i=0; while [ $i -lt ${children} ]; do /bin/true; i=$((i + 1)); done; ${longSleep(605)}; exit 1`;
  const options = ['--allocator=glibc', '--ready=up', '--duration=1h', '--timeout=1h'];
  const { child, finished } = startOffheap(['compare', ...quick, `--results=${raw()}`, ...options, '--', 'sh', '-c', script]);
  let most = 0;
  const pages = () => {
    const names = counterFoldersOf(child.pid ?? 0).flatMap((path) =>
      readdirSync(path).filter((name) => name.endsWith('.counters')),
    );
    most = Math.max(most, names.length);
    return names.length;
  };
  // Of the shell, of the sleep, and of whoever was just started.
  const left = () => {
    const count = pages();
    return isRunning('sleep', longSleep(605)) ? count : Number.POSITIVE_INFINITY;
  };
  await expect.poll(left, { interval: 10, timeout: 60_000 }).toBeLessThanOrEqual(2);
  expect(most).toBeGreaterThan(2);
  child.kill('SIGINT');
  await finished;
  expect(await leftBehind(longSleep(605))).toBe(0);
});

describe('rounds', () => {
  /** Holds 80 MiB, and 40 with one arena. */
  const program = [
    'python3',
    '-uc',
    'import os, time; held = b"x" * ((40 if os.environ.get("MALLOC_ARENA_MAX") == "1" else 80) << 20); print("up"); time.sleep(60)',
  ];
  const phases = ['--ready=up', '--duration=50ms', '--settle=50ms', '--seed=11'];
  const byData = async (args: string[], status = 0) => {
    const finished = await offheap(['compare', ...quick, `--results=${raw()}`, ...phases, ...args, '--', ...program]);
    expect({ status: finished.status, stderr: finished.stderr }).toEqual({ status, stderr: '' });
    return resultFile.parse(JSON.parse(finished.stdout));
  };
  const roundsOf = ({ cells }: ResultFile, key: string) => cells.filter(({ configuration }) => configuration === key).length;

  test('end when it is decided, and those that save nothing are left out before', async () => {
    const result = await byData(['--allocator=glibc,glibc-arena1,glibc-arena2', '--max-repeats=12']);
    expect(result).toMatchObject({ complete: true, plan: { repeats: 12, untilDecided: { minSaving: 0.05, maxCost: 0.05 } } });
    expect(result.decision).toMatchObject({ state: 'change', configuration: 'glibc-arena1', reference: 'glibc' });
    expect(result.cells[0]?.configuration).toBe('glibc');
    const [, one, two] = result.summary.map(({ comparison }) => comparison);
    expect(one).toMatchObject({ verdict: 'smaller', costs: [] });
    expect(two).toMatchObject({ verdict: 'not smaller' });
    // Of 0.025 of risk each the first bounds are those of four rounds.
    expect(roundsOf(result, 'glibc')).toBeGreaterThanOrEqual(4);
    expect(roundsOf(result, 'glibc')).toBeLessThan(12);
    expect(roundsOf(result, 'glibc-arena2')).toBeLessThanOrEqual(roundsOf(result, 'glibc'));
    expect(one?.settledDifferenceBytes.high).toBeLessThan(-30 * 2 ** 20);
  });

  test('that were too few go on by --resume, with more of them', async () => {
    const two = await byData(['--allocator=glibc,glibc-arena1', '--max-repeats=2']);
    expect(two.decision).toMatchObject({ state: 'candidate', configuration: 'glibc-arena1' });
    expect(two.cells).toHaveLength(4);
    const more = await byData(['--allocator=glibc,glibc-arena1', '--max-repeats=9', `--resume=${raw()}`]);
    expect(more.cells.slice(0, 4)).toEqual(two.cells);
    expect(more.decision).toMatchObject({ state: 'change', configuration: 'glibc-arena1' });
    expect(more.cells.length).toBeLessThan(18);
  });

  test('what the first cell shows not to work is not tried under others', async () => {
    const options = ['--allocator=glibc-arena1,glibc', '--ready=up', '--duration=50ms', `--results=${raw()}`];
    const finished = await offheap(['compare', ...quick, ...options, '--', 'sh', '-c', 'echo no such table >&2; exit 3']);
    expect({ status: finished.status, stderr: finished.stderr }).toEqual({ status: 1, stderr: '' });
    const result = resultFile.parse(JSON.parse(finished.stdout));
    expect(result.cells.map(({ configuration, state }) => [configuration, state])).toEqual([['glibc', 'failed']]);
    expect(result).toMatchObject({ complete: false, decision: { state: 'none' } });
    expect(result.ended).toMatch(/^The first cell, of glibc, did not work, so no other was run\. .*status 3.*no such table/);
  });

  test('one that this machine lacks is said once', async () => {
    const args = ['compare', ...quick, ...phases, `--results=${raw()}`, '--repeats=3', '--allocator=glibc,jemalloc'];
    const finished = await offheap([...args, '--', ...program], { OFFHEAP_JEMALLOC_LIBRARY: join(folder, 'none.so') });
    const result = resultFile.parse(JSON.parse(finished.stdout));
    expect(result.cells.map(({ configuration, state, repeat }) => `${repeat} ${configuration} ${state}`).sort()).toEqual([
      ...['1 glibc ok', '1 jemalloc skipped', '2 glibc ok', '3 glibc ok'],
    ]);
    expect(finished.status).toBe(0);
  });
});

describe('interruptions', () => {
  const args = ['--allocator=glibc,glibc-arena1', '--repeats=2', '--seed=7', '--ready=up', '--duration=200ms'];
  const wrapped = ['sh', '-c', `echo up; ${longSleep(604)}; exit 1`];

  test('killed at any moment: nothing is left, the file is readable, and --resume completes the same plan', async () => {
    const moments = [{ runs: false, afterMs: 350 }, ...[0, 350, 700, 1100].map((afterMs) => ({ runs: true, afterMs }))];
    for (const { runs, afterMs } of moments) {
      await rm(raw(), { force: true });
      const { child, finished } = startOffheap(['compare', ...quick, `--results=${raw()}`, ...args, '--', ...wrapped]);
      const folders = new Set<string>();
      const look = () => {
        for (const path of counterFoldersOf(child.pid ?? 0)) folders.add(path);
        return folders.size;
      };
      if (runs) await expect.poll(look, { interval: 10 }).toBeGreaterThan(0);
      await delay(afterMs);
      look();
      child.kill('SIGKILL');
      await finished;
      expect(await leftBehind(longSleep(604))).toBe(0);
      // The watchdog removes them, as soon as a busy machine lets it.
      await expect.poll(() => [...folders].filter((path) => existsSync(path)), { timeout: 30_000 }).toEqual([]);
      const text = await readFile(raw(), 'utf8').catch(() => undefined);
      if (text === undefined) continue;
      const kept = resultFile.parse(JSON.parse(text)).cells;
      const after = await compare([...args.slice(1), args[0] ?? '', `--resume=${raw()}`], wrapped);
      expect(after.complete).toBe(true);
      expect(after.cells.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok']);
      expect(after.cells.slice(0, kept.length)).toEqual(kept);
    }
  });

  test('--resume goes on with a file of schema version 1, and writes the current one', async () => {
    const whole = await compare(args.slice(1), wrapped);
    const former = JSON.stringify({ ...whole, schemaVersion: 1, complete: false, cells: whole.cells.slice(0, 1) });
    await writeFile(raw(), former.replaceAll('"loaded":', '"scanned":'));
    const after = await compare([...args.slice(1), `--resume=${raw()}`], wrapped);
    expect(after.cells.slice(0, 1)).toEqual(whole.cells.slice(0, 1));
    expect(after.cells.map(({ phases }) => Object.keys(phases))).toEqual(after.cells.map(() => ['baseline', 'loaded', 'settled']));
    const kept = JSON.parse(await readFile(raw(), 'utf8'));
    expect(kept).toMatchObject({ schemaVersion: 3, complete: true });
    expect(kept.cells).toHaveLength(after.cells.length);
  });

  test('--resume refuses a file of another plan, and says what differs', async () => {
    await compare(args.slice(1), wrapped);
    const finished = await offheap(['compare', ...quick, ...args, `--resume=${raw()}`, '--', 'true']);
    expect(finished.status).toBe(2);
    expect(finished.stderr).toMatch(/^offheap: Expected --resume to name a result of the same plan, but its scenario is another\./);
  });

  test('Ctrl-C ends the program and all it has started, and the file can be resumed', async () => {
    const { child, finished } = startOffheap([
      'compare',
      ...quick,
      `--results=${raw()}`,
      ...args,
      '--settle=20s',
      '--',
      ...wrapped,
    ]);
    await expect.poll(() => isRunning('sleep', longSleep(604))).toBe(true);
    child.kill('SIGINT');
    expect((await finished).status).toBe(130);
    expect(await leftBehind(longSleep(604))).toBe(0);
    expect(resultFile.parse(JSON.parse(await readFile(raw(), 'utf8'))).complete).toBe(false);
  });
});
