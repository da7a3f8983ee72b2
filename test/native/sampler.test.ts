import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { liveBytesOf } from '../../src/model/counters.ts';
import { openCounters } from '../../src/native/counters.ts';
import { type MemorySample, Sampler, type SamplerOptions } from '../../src/native/sampler.ts';
import { compile, library, metered, pageSize, prime } from './preloaded.ts';

async function startWaiting(env: Record<string, string>) {
  const child = spawn(compile('wait_named'), { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const { pid } = child;
  if (pid === undefined) throw new Error('wait_named did not start');
  return { pid, exited: once(child, 'exit'), child };
}

function startSampler(pid: number, options: Partial<SamplerOptions> = {}): Sampler {
  const sampler = new Sampler(pid, { intervalMs: 5, detailIntervalMs: 5, startedAt: performance.now(), ...options });
  onTestFinished(() => sampler.stop());
  return sampler;
}

/** Drains until a sample satisfies the condition; all of them. */
async function drainUntil(sampler: Sampler, isEnough: (sample: MemorySample) => boolean): Promise<MemorySample[]> {
  const samples: MemorySample[] = [];
  for (;;) {
    const drained = sampler.drain();
    samples.push(...drained);
    if (drained.some(isEnough)) return samples;
    await delay(5);
  }
}

test.each([
  { writer: 'mmapalloc', env: { LD_PRELOAD: library } },
  { writer: 'meter', env: metered() },
])('live bytes of $writer, and the last ones after kill -9', async ({ env }) => {
  const { pid, child, exited } = await startWaiting(env);
  const reader = openCounters({ pid });
  onTestFinished(() => reader.close());
  const live = liveBytesOf(reader.read());
  expect(live).toBeGreaterThan(3 * prime);

  const sampler = startSampler(pid);
  expect(sampler.watchCounters(reader.info)).toBe(true);
  const running = await drainUntil(sampler, ({ liveBytes }) => liveBytes !== undefined);
  expect(running.at(-1)).toMatchObject({ liveBytes: live, rssBytes: expect.any(Number) });
  expect(sampler.status().endedAtMs).toBeUndefined();

  child.kill('SIGKILL');
  await exited;
  const [last] = (await drainUntil(sampler, ({ rssBytes }) => rssBytes === undefined)).slice(-1);
  expect(last).toEqual({ atMs: last?.atMs, liveBytes: live });
  expect(sampler.status()).toMatchObject({ droppedSamples: 0, endedAtMs: last?.atMs });
  sampler.stop();
  expect(sampler.drain()).toEqual([]);
});

test('a page is watched once, and only one that is there', async () => {
  const { pid } = await startWaiting({ LD_PRELOAD: library });
  const reader = openCounters({ pid });
  onTestFinished(() => reader.close());
  const sampler = startSampler(pid);
  expect(sampler.watchCounters({ path: '/proc/self/environ', writer: 'meter' })).toBe(false);
  expect(sampler.watchCounters(reader.info)).toBe(true);
  expect(sampler.watchCounters(reader.info)).toBe(false);
});

test('samples go on while JavaScript is busy, and come no faster than asked for', () => {
  const startedAt = performance.now();
  const sampler = startSampler(process.pid, { startedAt, intervalMs: 1 });
  const atMs: number[] = [];
  // The event loop does not turn: a timer of JavaScript would not sample once. How soon they come is the machine's affair.
  while (atMs.length < 80 && performance.now() - startedAt < 30_000) atMs.push(...sampler.drain().map((sample) => sample.atMs));
  expect(atMs.length).toBeGreaterThanOrEqual(80);
  expect(atMs.length).toBeLessThanOrEqual(performance.now() - startedAt + 2);
  expect(atMs.every((at, index) => index === 0 || at > (atMs[index - 1] ?? 0))).toBe(true);
  expect(atMs[0]).toBeGreaterThanOrEqual(0);
  expect(atMs.at(-1)).toBeLessThanOrEqual(performance.now() - startedAt);
});

test('ranges: everything is all of RSS, nothing is 0, no more than 16', async () => {
  const { pid } = await startWaiting({});
  const everything = { start: 0, end: 2 ** 63 };
  const sampler = startSampler(pid);
  expect(sampler.watchRanges(Array(17).fill(everything))).toBe(false);
  expect(sampler.watchRanges([everything])).toBe(true);
  const hasRanges = ({ rangesRssBytes }: MemorySample) => rangesRssBytes !== undefined;
  const whole = (await drainUntil(sampler, hasRanges)).find(hasRanges);
  expect(whole?.exactRssBytes).toBeGreaterThan(100 * pageSize);
  expect(whole?.rangesRssBytes).toBe(whole?.exactRssBytes);
  expect((whole?.exactRssBytes ?? 1) % pageSize).toBe(0);
  expect(sampler.watchRanges([{ start: 1, end: 2 }])).toBe(true);
  await drainUntil(sampler, ({ rangesRssBytes }) => rangesRssBytes === 0);
});

test('no such process: a sentence', () => {
  expect(() => startSampler(2 ** 22 + 1)).toThrow(/Expected process 4194305 to run, found none/);
});
