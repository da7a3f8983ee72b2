import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inspectHeap } from '../../src/native/inspector.ts';
import { readResidentMemory } from '../../src/native/resident-memory.ts';
import { readIdentity, requireSame } from '../../src/observe/identity.ts';
import { readMappings, sumOf } from '../../src/observe/mappings.ts';
import { parsePulse } from '../../src/parse/proc-stat.ts';
import { readMemoryCgroup } from '../../src/process/cgroup.ts';
import { readArguments } from '../../src/process/command-line.ts';
import { livingThread } from '../../src/process/living-thread.ts';
import { withPageMap } from '../../src/process/page-map.ts';
import { readProc, readProcEnviron, readProcSync } from '../../src/process/proc-file.ts';
import { readProgram } from '../../src/process/program.ts';
import { startZombie } from '../zombie.ts';
import { startHeap } from './inspected.ts';
import { compile } from './preloaded.ts';

const program = 'first_thread_ended';
const chunkBytes = 5008;
const environment = { OFFHEAP_TEST_WORD: 'primordial' };
const start = () => startHeap(program, environment);
const rssOf = async (pid: number) => sumOf(await readMappings(pid), 'rssBytes');
const startTimeOf = (text: string) => Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[19]);

test('its heaps are read, and the prediction of malloc_trim holds', async () => {
  const target = await start();
  const { totals, sizes = [], consistency } = await inspectHeap(target.pid, { sizes: 1000 });
  expect(sizes.find((row) => row.chunkBytes === chunkBytes)?.liveChunks).toBe(300);
  expect({ consistency, unreadableBytes: totals.unreadableBytes }).toEqual({ consistency: 1, unreadableBytes: 0 });
  const predicted = totals.residentFree.pageBytes + totals.residentFree.mainTopBytes;
  expect(predicted).toBeGreaterThan(10 << 20);
  const before = await rssOf(target.pid);
  await target.prod();
  expect(Math.abs(before - (await rssOf(target.pid)) - predicted)).toBeLessThanOrEqual(64 << 10);
});

test('who it is is told by its first thread, and what it has by one that lives', async () => {
  const { pid } = await start();
  expect(readFileSync(`/proc/${pid}/maps`, 'utf8')).toBe('');
  const identity = await readIdentity(pid);
  expect(identity).toMatchObject({ pid, startTimeTicks: startTimeOf(readFileSync(`/proc/${pid}/stat`, 'utf8')), threads: 2 });
  requireSame(identity);
  const status = await readProc(pid, 'status');
  expect(status).toMatch(new RegExp(`^Name:\\t${program.slice(0, 15)}\\n[^]*^Tgid:\\t${pid}\\n[^]*^Pid:\\t${pid}\\n`, 'm'));
  const rssBytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
  const pulse = parsePulse(readProcSync(pid, 'stat'));
  expect(pulse).toMatchObject({ startTimeTicks: identity.startTimeTicks, threads: 2 });
  // Each lags behind by some pages per CPU.
  expect(Math.abs((pulse?.rssPages ?? 0) * 4096 - rssBytes)).toBeLessThan(1 << 20);
  expect(Math.abs(readResidentMemory(pid).rssBytes - rssBytes)).toBeLessThan(1 << 20);
  expect(Math.abs((await rssOf(pid)) - rssBytes)).toBeLessThan(1 << 20);
});

test('its command line, program, environment, group and pages', async () => {
  const { pid } = await start();
  expect(await readArguments(pid)).toEqual([compile(program)]);
  const { program: file } = await readProgram(pid);
  expect(Buffer.from(file ?? []).equals(readFileSync(compile(program)))).toBe(true);
  expect((await readProcEnviron(pid)).text).toContain('OFFHEAP_TEST_WORD=primordial');
  expect(readProcSync(pid, 'cgroup')).toBe(readProcSync('self', 'cgroup'));
  expect(readMemoryCgroup(pid)?.ownUsageFile).toBe(readMemoryCgroup()?.ownUsageFile);
  const heap = (await readMappings(pid)).find(({ path }) => path === '[heap]') ?? { start: 0, end: 0, rssBytes: 1 };
  expect(await withPageMap(pid, async (presentBytes) => presentBytes(heap.start, heap.end))).toBe(heap.rssBytes);
});

test('each of its threads ends soon after: another one is read', async () => {
  const { pid } = await startHeap(program, {}, { args: ['relay'] });
  for (let look = 0; look < 50; look++) {
    const { sizes = [] } = await inspectHeap(pid, { sizes: 1000 });
    expect(sizes.find((row) => row.chunkBytes === chunkBytes)?.liveChunks).toBe(300);
  }
});

test('no other thread is looked for while the first lives, and none is found when all have ended', async () => {
  expect(livingThread(process.pid)).toBeUndefined();
  const zombie = await startZombie();
  expect(livingThread(zombie)).toBeUndefined();
  expect(readProcSync(zombie, 'maps')).toBe('');
  await expect(readIdentity(zombie)).rejects.toThrow('a zombie');
});
