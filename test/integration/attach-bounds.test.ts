import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { askSeldom } from '../../src/exporter/attach.ts';
import type { Subject } from '../../src/exporter/subject.ts';
import { runDiagnosticCommand } from '../../src/jvm/attach.ts';
import { replyBoundsOf } from '../../src/jvm/reply-bounds.ts';
import { inspectHeap } from '../../src/native/inspector.ts';
import { collectEvidence } from '../../src/observe/evidence.ts';
import { askFacts } from '../../src/observe/jvm.ts';
import { endless, worstAnswers } from '../hostile/answers.mjs';
import { type FakeReply, withFakeJvm } from './fake-jvm.ts';

const timeoutMs = 120_000;
const mebibyte = 1024 ** 2;
const status = '0\n';
const version: Record<string, FakeReply> = { 'VM.version': { text: 'JDK 17.0.15\n', times: 1 } };
const everything = { histogram: true, nmtRanges: true, systemMap: true, threads: true };
let folder: string;
let library: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offheap-fake-jvm-'));
  library = join(folder, 'libjvm.so');
  await writeFile(library, 'x');
});
afterAll(() => rm(folder, { recursive: true }));

describe('an answer that has no end', () => {
  test.each(['VM.version', 'VM.info', 'VM.native_memory detail scale=1', 'Thread.print', 'GC.class_histogram -all'])(
    'of %s is cut off at its bound, and little more than that is kept',
    async (command) => {
      await withFakeJvm(library, { [command]: { text: 'x', times: endless } }, async ({ pid, asked }) => {
        const before = process.memoryUsage.rss();
        await expect(runDiagnosticCommand(pid, command, { timeoutMs })).rejects.toMatchObject({ problem: 'too-long' });
        expect(process.memoryUsage.rss() - before).toBeLessThan(replyBoundsOf(command).bytes + 32 * mebibyte);
        await expect.poll(() => asked).toEqual([command, `${command}: cut off`]);
      });
    },
  );

  test('the bounds are exact: the last byte and the last line that are taken, and one more', async () => {
    const { bytes, lines } = replyBoundsOf('VM.version');
    expect({ bytes, lines }).toEqual({ bytes: 65_536, lines: 2048 });
    const ask = (reply: FakeReply) =>
      withFakeJvm(library, { 'VM.version': reply }, async ({ pid }) => runDiagnosticCommand(pid, 'VM.version', { timeoutMs }));
    expect(await ask({ text: 'x', times: bytes - status.length })).toHaveLength(bytes - status.length);
    await expect(ask({ text: 'x', times: bytes - status.length + 1 })).rejects.toThrow(
      "its answer to `VM.version` is longer than any JVM's.",
    );
    expect(await ask({ text: '\n', times: lines - 1 })).toHaveLength(lines - 1);
    await expect(ask({ text: '\n', times: lines })).rejects.toMatchObject({ problem: 'too-long' });
  });

  test('of System.map, and one that does not come, change nothing', { timeout: 20_000 }, async () => {
    const nmt = 'Total: reserved=4096, committed=4096\n';
    const known = { help: 'System.map\n', 'VM.metaspace': '\n', 'VM.native_memory summary scale=1': nmt };
    const replies = Object.fromEntries(Object.entries(known).map(([command, text]) => [command, { text, times: 1 }]));
    for (const reply of [
      { text: 'x', times: endless },
      { text: 'x', times: 100, dripSeconds: 1 },
    ]) {
      await withFakeJvm(library, { ...version, ...replies, 'System.map': reply }, async ({ pid, asked }) => {
        const facts = await askFacts(pid, { timeoutMs, ...everything, histogram: false, threads: false });
        expect(facts).toMatchObject({ version: '17.0.15', systemMap: [], tooLong: [], hasAnswered: true });
        expect(facts).not.toHaveProperty('failure');
        await expect.poll(() => asked.filter((line) => line.startsWith('System.map')).length).toBeGreaterThan(0);
      });
    }
  });

  test('is that of one question: the others are asked', async () => {
    const replies = { ...version, help: { text: 'x', times: endless }, 'GC.heap_info': { text: 'total ', times: endless } };
    await withFakeJvm(library, replies, async ({ pid, asked }) => {
      const facts = await askFacts(pid, { timeoutMs, ...everything });
      expect(facts).toMatchObject({ version: '17.0.15', tooLong: ['help', 'GC.heap_info'], hasAnswered: true });
      expect(facts).not.toHaveProperty('failure');
      await expect
        .poll(() => asked.filter((line) => !line.endsWith('cut off')))
        .toEqual([
          'help',
          'VM.version',
          'VM.uptime',
          'VM.flags',
          'GC.heap_info',
          'VM.info',
          'VM.metaspace',
          'VM.native_memory summary scale=1',
          'VM.classloader_stats',
          'Thread.print',
          'GC.class_histogram -all',
        ]);
    });
  });

  test('of what the exporter asks for is counted, and the rest is known: where the code lies, though not the heap', async () => {
    const replies = {
      'GC.heap_info': { text: 'total ', times: endless },
      'Compiler.codecache': { text: ' bounds [0x1000, 0x2000, 0x3000]\n', times: 1 },
      'VM.native_memory summary scale=1': { text: '-  a (reserved=1, committed=1)\n', times: endless },
    };
    await withFakeJvm(library, replies, async ({ pid, asked }) => {
      const subject = { pid, argv: ['java'], memory: {} } as unknown as Subject;
      const failures: string[] = [];
      const report = (instrument: string, code: string) => failures.push(`${instrument} ${code}`);
      const readStart = async () => ({ files: [] });
      const { signal } = new AbortController();
      const { jvm } = await askSeldom(subject, { intervalMs: 0, withFlags: false, readStart, report, signal });
      expect(jvm.info.codeHeaps).toEqual([{ start: 0x1000, end: 0x3000 }]);
      expect(jvm.tooLong).toEqual(['GC.heap_info']);
      expect(failures).toEqual(['jvm ATTACH_FAILED', 'jvm ATTACH_FAILED']);
      await expect.poll(() => asked.filter((line) => !line.endsWith('cut off'))).toEqual(Object.keys(replies));
    });
  });

  test('is unknown to the doctor by what was asked', async () => {
    const endlessly = { text: 'x\n', times: endless };
    const replies = {
      ...version,
      'VM.info': endlessly,
      'VM.native_memory summary scale=1': endlessly,
      'Thread.print': endlessly,
      'GC.class_histogram -all': endlessly,
    };
    await withFakeJvm(library, replies, async ({ pid }) => {
      const { jvm, unknown } = await collectEvidence(pid, { inspect: inspectHeap, timeoutMs, histogram: true });
      expect(jvm?.version).toBe('17.0.15');
      expect(unknown.filter(({ code }) => code !== 'counted-twice')).toEqual([
        { instrument: 'jvm', code: 'too-long', detail: 'VM.info' },
        { instrument: 'nmt', code: 'too-long', detail: 'VM.native_memory summary scale=1' },
        { instrument: 'threads', code: 'too-long', detail: 'Thread.print' },
        { instrument: 'classes', code: 'too-long', detail: 'GC.class_histogram -all' },
      ]);
    });
  });
});

describe('the time for all questions holds', () => {
  test('for one byte a second', async () => {
    const replies = { ...version, 'VM.uptime': { text: '1', times: 3600, dripSeconds: 1 } };
    await withFakeJvm(library, replies, async ({ pid }) => {
      const startedAt = performance.now();
      const { failure, version: told } = await askFacts(pid, { timeoutMs: 2500, ...everything });
      // The third byte came before the end, and a machine may be busy; the text has an hour.
      expect(performance.now() - startedAt).toBeLessThan(60_000);
      expect(told).toBe('17.0.15');
      expect(failure?.problem).toBe('no-answer');
    });
  });

  test('when it is over before the JVM is asked, without a timer that lies in the past', async () => {
    await withFakeJvm(library, { 'VM.version': { text: '1', times: 3600, dripSeconds: 1 } }, async ({ pid }) => {
      const timers = vi.spyOn(globalThis, 'setTimeout');
      onTestFinished(() => timers.mockRestore());
      await expect(runDiagnosticCommand(pid, 'VM.version', { timeoutMs: 0.001 })).rejects.toMatchObject({ problem: 'no-answer' });
      const delays = timers.mock.calls.map(([, ms]) => ms ?? 0);
      expect(delays.length).toBeGreaterThan(0);
      expect(Math.min(...delays)).toBeGreaterThanOrEqual(1);
    });
  });

  test('for answers that fill their bounds with what is worst to parse: nothing else waits for long', async () => {
    await withFakeJvm(library, worstAnswers(replyBoundsOf), async ({ pid, asked }) => {
      const delay = monitorEventLoopDelay({ resolution: 10 });
      delay.enable();
      const facts = await askFacts(pid, { timeoutMs, ...everything });
      delay.disable();
      expect(facts.tooLong).toEqual([]);
      expect(facts.classes?.length).toBe(Math.floor((16 * mebibyte - 2) / 35));
      await expect.poll(() => asked).toHaveLength(11);
      // Nanoseconds. It was minutes.
      expect(delay.max / 1e9).toBeLessThan(20);
    });
  });
});
