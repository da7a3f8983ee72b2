import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type CellProgress, compare, doctor, guard, libraryPath, listJvms, openCounters, resultFile } from '../../src/index.ts';
import { doctorResult } from '../../src/model/doctor.ts';
import { offheap, root } from '../cli/offheap.ts';
import { endJvm } from '../end-jvm.ts';
import { freePort, leftBehind, loadOf, serverScript } from './compare-programs.ts';
import { findJavaHomes } from './java-homes.ts';
import { ensureScanSet, readRssBytes, reproJar } from './java-process.ts';

const mib = 2 ** 20;

/** What a function of a library leaves alone: listeners for signals, the exit status, both streams. */
function watchProcess(): () => object {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const stdout = vi.spyOn(process.stdout, 'write');
  const stderr = vi.spyOn(process.stderr, 'write');
  const before = signals.map((signal) => process.listenerCount(signal));
  return () => {
    const written = stdout.mock.calls.length + stderr.mock.calls.length;
    stdout.mockRestore();
    stderr.mockRestore();
    const listeners = signals.map((signal, index) => process.listenerCount(signal) - (before[index] ?? 0));
    return { written, listeners, exitCode: process.exitCode };
  };
}
const untouched = { written: 0, listeners: [0, 0, 0], exitCode: undefined };

async function startPython(env: Record<string, string> = {}): Promise<number> {
  const child = spawn('python3', ['-c', 'import sys\nprint("up", flush=True)\nsys.stdin.read()'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

/** The signal that ended a process whose output has ended. */
async function ended(child: ChildProcess): Promise<NodeJS.Signals | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.signalCode;
}

/** A server with its load, as compare and guard take them. */
async function pythonServer(requests: number) {
  const port = await freePort();
  const command = ['python3', serverScript, String(port)];
  const load = loadOf(port, requests)
    .split(' ')
    .map((word) => word.replaceAll("'", ''));
  return { command, load, ready: `http://127.0.0.1:${port}/`, settleMs: 50 };
}

describe('doctor', () => {
  test('returns what `offheap doctor --format=json` prints, and touches nothing of its own process', async () => {
    const pid = await startPython();
    const seen = watchProcess();
    const result = await doctor(pid, { forMs: 50, peek: true });
    expect(seen()).toEqual(untouched);
    expect(doctorResult.parse(result)).toEqual(result);
    expect(result.evidence.growth?.intervalMs).toBeGreaterThanOrEqual(50);
    expect(result.peek?.length).toBeGreaterThan(0);
    const printed = JSON.parse((await offheap(['doctor', String(pid), '--for=50ms', '--peek', '--format=json'])).stdout);
    expect(Object.keys(printed).sort()).toEqual(Object.keys(result).sort());
    expect(Object.keys(printed.evidence).sort()).toEqual(Object.keys(result.evidence).sort());
    expect(printed.evidence).toMatchObject({ pid, command: result.evidence.command, allocator: result.evidence.allocator });
  });

  test('aborted between two looks it resolves with the first', async () => {
    const controller = new AbortController();
    const steps: string[] = [];
    const looking = doctor(await startPython(), { forMs: 200_000, signal: controller.signal, onStep: (step) => steps.push(step) });
    // Long enough for the first look of an interpreter, on any machine.
    setTimeout(() => controller.abort(), 5000);
    const { evidence, applied } = await looking;
    expect(evidence.rssBytes).toBeGreaterThan(0);
    expect(evidence).not.toHaveProperty('growth');
    expect(applied).toEqual([]);
    expect(steps).toEqual(['look']);
  });

  test('aborted before it begins it rejects with the reason', async () => {
    const reason = new Error('called off');
    await expect(doctor(process.pid, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('counters', () => {
  test('of a process behind the library of libraryPath', async () => {
    const reader = openCounters({ pid: await startPython({ LD_PRELOAD: libraryPath('meter') }) });
    onTestFinished(() => reader.close());
    expect(reader.info.writer).toBe('meter');
    expect(reader.read().liveUsableBytes).toBeGreaterThan(100_000);
  });
});

describe('listJvms', () => {
  test.each(findJavaHomes())('tells of a JVM its name, its user, its RSS and its Java, $version', async (home) => {
    const args = [
      '-Xmx64m',
      '-jar',
      reproJar,
      'scan',
      '--step',
      '--streams=100',
      '--settle-ms=0',
      `--jars=${await ensureScanSet(home)}`,
    ];
    const jvm = spawn(home.java, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    onTestFinished(() => endJvm(jvm));
    await once(jvm.stdout, 'data');
    const seen = watchProcess();
    const found = (await listJvms()).find(({ pid }) => pid === jvm.pid);
    expect(seen()).toEqual(untouched);
    const rssBytes = await readRssBytes(jvm.pid ?? 0);
    expect(found).toEqual({
      pid: jvm.pid,
      name: 'offheap-repro.jar',
      user: userInfo().username,
      rssBytes: expect.any(Number),
      javaVersion: home.version,
      command: [home.java, ...args],
    });
    expect(Math.abs((found?.rssBytes ?? 0) - rssBytes)).toBeLessThan(32 * mib);
  });
});

describe('compare', () => {
  test('runs the experiment, tells how far it is, and hands over the result after each cell', async () => {
    const progress: CellProgress[] = [];
    const results: number[] = [];
    const seen = watchProcess();
    const result = await compare({
      ...(await pythonServer(20)),
      configurations: ['glibc', 'small=glibc', 'MALLOC_ARENA_MAX=1'],
      repeats: 1,
      onProgress: (cell) => progress.push(cell),
      onResult: ({ cells }) => void results.push(cells.length),
    });
    expect(seen()).toEqual(untouched);
    expect(resultFile.parse(result)).toEqual(JSON.parse(JSON.stringify(result)));
    expect(result.cells.map(({ configuration, state }) => [configuration, state])).toEqual([
      ['glibc', 'ok'],
      ['small', 'ok'],
    ]);
    expect(result.cells[1]?.settings.env).toEqual({ MALLOC_ARENA_MAX: '1' });
    expect(result.complete).toBe(true);
    expect([...new Set(results)]).toEqual([0, 1, 2]);
    expect(progress.map(({ position, total, phase }) => `${position}/${total} ${phase ?? ''}`)).toEqual(
      [1, 2].flatMap((position) => ['', 'baseline', 'loaded', 'settled'].map((phase) => `${position}/2 ${phase}`)),
    );
  });

  test('aborted in its second cell it returns the first, and goes on from there by `resumed`', async () => {
    const controller = new AbortController();
    const program = { ...(await pythonServer(20)), configurations: ['glibc', 'mmap'] };
    const interrupted = await compare({
      ...program,
      signal: controller.signal,
      onProgress: ({ position, phase }) => {
        if (position === 2 && phase === 'baseline') controller.abort();
      },
    });
    expect(interrupted.complete).toBe(false);
    expect(interrupted.cells.map(({ configuration, state }) => [configuration, state])).toEqual([['glibc', 'ok']]);
    expect(await leftBehind(serverScript)).toBe(0);
    const whole = await compare({ ...program, resumed: interrupted });
    expect(whole.cells.map(({ configuration, state }) => [configuration, state])).toEqual([
      ['glibc', 'ok'],
      ['mmap', 'ok'],
    ]);
    expect(whole.cells[0]).toEqual(interrupted.cells[0]);
  });

  test('a signal ends a process that runs it as it would without, and the program with it', async () => {
    const options = { ...(await pythonServer(20)), configurations: ['glibc'], settleMs: 600_000 };
    const code = `import { compare } from ${JSON.stringify(pathToFileURL(join(root, 'dist', 'index.js')))};
      await compare({ ...${JSON.stringify(options)}, onProgress: ({ phase }) => console.log(phase) });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    for await (const line of createInterface(child.stdout)) if (line === 'loaded') child.kill('SIGTERM');
    expect(await ended(child)).toBe('SIGTERM');
    await vi.waitUntil(async () => (await leftBehind(serverScript)) === 0, { timeout: 10_000 });
  });

  test('a program that does not exist is a failed cell, and an onResult that rejects ends the run', async () => {
    const { cells } = await compare({ command: ['/nowhere/program'], configurations: ['glibc'], durationMs: 1, ready: 'x' });
    expect(cells.map(({ state }) => state)).toEqual(['failed']);
    const full = new Error('the disk is full');
    await expect(compare({ command: ['true'], configurations: ['glibc'], onResult: () => Promise.reject(full) })).rejects.toBe(
      full,
    );
  });
});

describe('guard', () => {
  test('tells which bounds are broken, with what was measured', async () => {
    const outcome = await guard({
      ...(await pythonServer(20)),
      bounds: [
        { quantity: 'settled', max: 4096 * mib },
        { quantity: 'settled', max: mib },
        { metric: 'requests', min: 20 },
        { metric: 'requests', max: 19 },
      ],
    });
    expect(outcome.outcome).toBe('broken');
    expect(outcome.report.verdicts.map(({ state }) => state)).toEqual(['kept', 'broken', 'kept', 'broken']);
    expect(outcome.broken).toEqual([outcome.report.verdicts[1], outcome.report.verdicts[3]]);
    expect(outcome.broken[1]).toEqual({
      bound: { quantity: 'requests', isMetric: true, unit: 'count', kind: 'max', limit: 19 },
      measured: 20,
      state: 'broken',
    });
    expect(outcome.broken[0]?.measured).toBe(outcome.result.cells[0]?.phases.settled?.rssBytes);
  });

  test('every bound is kept, or one was not measured', async () => {
    const program = { ...(await pythonServer(20)), meter: false };
    const bounds = [{ quantity: 'settled', max: 4096 * mib } as const];
    expect(await guard({ ...program, bounds })).toMatchObject({ outcome: 'kept', broken: [] });
    const unmeasured = await guard({ ...program, bounds: [...bounds, { quantity: 'live', max: 4096 * mib }] });
    expect(unmeasured).toMatchObject({ outcome: 'unknown', broken: [], report: { state: 'ok' } });
  });

  test('aborted it rejects with the reason, and leaves no program', async () => {
    const controller = new AbortController();
    const reason = new Error('called off');
    const seen = watchProcess();
    const run = guard({
      ...(await pythonServer(20)),
      bounds: [{ quantity: 'settled', max: mib }],
      signal: controller.signal,
      onProgress: ({ phase }) => {
        if (phase === 'baseline') controller.abort(reason);
      },
    });
    await expect(run).rejects.toBe(reason);
    expect(seen()).toEqual(untouched);
    expect(await leftBehind(serverScript)).toBe(0);
  });
});
