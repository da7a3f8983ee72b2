import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { AllocatorKey } from '../../src/allocators/registry.ts';
import { doctor, trim } from '../../src/index.ts';
import { libraryToPreload, plain } from '../fixtures/preload.ts';
import { type BurstOptions, compileBurst, mimallocKeeps, startBurst } from './burst-jvm.ts';
import { findJavaHomes } from './java-homes.ts';

const folder = mkdtempSync(join(tmpdir(), 'offheap-agent-'));
const mib = 1024 ** 2;
/** Of RSS. A thread of the JVM that ends meanwhile gives back what it had; give-back.test.ts has the median. */
const singleTolerance = 0.1;
const others: readonly AllocatorKey[] = ['jemalloc', 'tcmalloc', 'mimalloc'];

beforeAll(() => compileBurst(folder));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** 6,000 Inflaters of which all but every fiftieth were freed. */
async function startKeeping(options: BurstOptions) {
  const jvm = await startBurst(folder, { threads: 4, count: 1500, ...options });
  onTestFinished(() => jvm.end());
  await jvm.tell('a');
  await jvm.tell('f');
  return jvm;
}

const preload = async (allocator: AllocatorKey) => ({
  LD_PRELOAD: await libraryToPreload(allocator),
  ...(allocator === 'mimalloc' ? mimallocKeeps : {}),
});

describe.each(findJavaHomes())('JDK $version', ({ java }) => {
  test.for(others)('%s says what it keeps, and gives it back', async (allocator) => {
    const { pid } = await startKeeping({ java, env: await preload(allocator) });
    const { evidence, findings } = await doctor(pid, { askAllocator: true });
    const [answer] = evidence.allocatorAnswers ?? [];
    expect(answer).toMatchObject({ name: allocator, serves: true });
    const { fix, ...told } = await trim(pid);
    expect(told).toMatchObject({ pid, name: 'Burst', allocator });
    expect(fix).toMatchObject({ kind: 'trim', by: 'agent' });
    expect(fix.actualBytes).toBe(fix.rssBeforeBytes - fix.rssAfterBytes);
    // mimalloc keeps a page of which one block is in use.
    expect(fix.actualBytes).toBeGreaterThan((allocator === 'mimalloc' ? 80 : 180) * mib);
    expect(Math.abs(fix.errorShare ?? 1)).toBeLessThan(singleTolerance);
    const idle = findings.find(({ code }) => code === 'allocator-idle');
    expect(idle?.severity).toBe('problem');
    expect(idle?.fixes[0]).toMatchObject({ kind: 'trim' });
    expect(idle?.fixes.length).toBeGreaterThan(1);
    expect(Math.abs((idle?.predictedBytes ?? 0) - fix.actualBytes)).toBeLessThan(singleTolerance * fix.rssBeforeBytes);
  });

  test('once more finds nothing, and maps the agent no second time', async () => {
    const { pid } = await startKeeping({ java, env: await preload('tcmalloc') });
    await trim(pid);
    const { fix } = await trim(pid);
    expect(Math.abs(fix.actualBytes)).toBeLessThan(4 * mib);
    const mapped = readFileSync(`/proc/${pid}/maps`, 'utf8')
      .split('\n')
      .filter((line) => line.endsWith('liballocator-agent.so'));
    expect(new Set(mapped.map((line) => line.split(/\s+/)[4])).size).toBe(1);
  });

  test('it may not load an agent', async () => {
    const { pid } = await startKeeping({ java, env: await preload('jemalloc'), flags: ['-XX:-EnableDynamicAgentLoading'] });
    await expect(trim(pid)).rejects.toMatchObject({
      code: 'ATTACH_FAILED',
      message: `Expected process ${pid} to load liballocator-agent.so, but it was started with -XX:-EnableDynamicAgentLoading, which forbids that. Start it without that flag.`,
    });
    const { evidence, blindSpots } = await doctor(pid, { askAllocator: true });
    expect(evidence.allocatorAnswers).toBeUndefined();
    expect(blindSpots).toContainEqual(expect.objectContaining({ instrument: 'allocator, by its own word' }));
  });
});

test('glibc by the JVM’s own command', async () => {
  const { pid } = await startKeeping({});
  const { fix } = await trim(pid);
  expect(fix).toMatchObject({ by: 'jvm' });
  expect(Math.abs(fix.errorShare ?? 1)).toBeLessThan(0.01);
  expect(fix.actualBytes).toBeGreaterThan(180 * mib);
});

test('behind the meter the allocator is still found', async () => {
  const meter = plain(join(process.cwd(), 'build/Release/libmeter.so'));
  const { pid } = await startKeeping({ env: { LD_PRELOAD: `${meter}:${await libraryToPreload('tcmalloc')}` } });
  const { fix } = await trim(pid);
  expect(fix.actualBytes).toBeGreaterThan(180 * mib);
});

test('a JVM that lets nobody attach is sent no signal', async () => {
  const { pid, tell } = await startKeeping({ flags: ['-XX:+DisableAttachMechanism'] });
  const sentence = 'it was started with -XX:+DisableAttachMechanism, and lets nobody tell it anything.';
  await expect(trim(pid)).rejects.toThrow(sentence);
  await expect(doctor(pid, { set: { trimThresholdBytes: 131_072 } })).rejects.toThrow(sentence);
  const { evidence } = await doctor(pid, { askAllocator: true });
  expect(evidence.unknown).toContainEqual({ instrument: 'allocator', code: 'attach-disabled' });
  // It would have printed the stacks of its threads.
  expect(await tell('f')).toBe('done');
});

test('what is no JVM', async () => {
  await expect(trim(process.pid)).rejects.toThrow(
    `Expected process ${process.pid} to be a JVM whose allocator gives back what is idle when it is told to, but it is none.`,
  );
});
