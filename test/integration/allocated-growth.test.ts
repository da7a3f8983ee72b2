import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest';
import { doctor } from '../../src/index.ts';
import { endJvm } from '../end-jvm.ts';
import { libraryToPreload, preloadable } from '../fixtures/preload.ts';
import { findJavaHomes } from './java-homes.ts';
import { copyPrograms } from './java-programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'offheap-grows-'));
const [newest] = findJavaHomes().toSorted((a, b) => Number.parseInt(b.version, 10) - Number.parseInt(a.version, 10));
const mib = 1024 ** 2;
/** A size class of jemalloc and of tcmalloc: no byte of a block is beyond what was asked for. */
const blockBytes = 16_384;
const bytesPerSecond = 4 * mib;
const forMs = 10_000;
const tolerance = 0.1;

beforeAll(() => copyPrograms(folder, 'Grows'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function startGrowing(preload: string, { onTestFinished }: Pick<TestContext, 'onTestFinished'>) {
  const arguments_ = ['-Xmx32m', '-cp', folder, 'Grows', String(blockBytes), String(bytesPerSecond)];
  const child = spawn(newest?.java ?? 'java', arguments_, {
    env: { PATH: process.env['PATH'], LD_PRELOAD: preload },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  onTestFinished(() => endJvm(child));
  await once(createInterface({ input: child.stdout }), 'line');
  return child.pid ?? 0;
}

describe('growth by the allocator’s own word', () => {
  test.concurrent.for(['jemalloc', 'tcmalloc'] as const)('%s', async (allocator, context) => {
    const pid = await startGrowing(await libraryToPreload(allocator), context);
    const { evidence, findings } = await doctor(pid, { askAllocator: true, forMs });
    expect(evidence.counters).toBeUndefined();
    const growing = findings.find(({ code }) => code === 'malloc-growing');
    expect(growing?.summary).toContain(`by ${allocator}'s own word`);
    expect(growing?.summary).toMatch(
      /Of the classes whose objects hold addresses in its memory, these grew most: Grows\$Block by [\d,]+ objects/,
    );
    const rate = Number(growing?.evidence['bytesPerMinute']) / 60;
    expect(Math.abs(rate / bytesPerSecond - 1)).toBeLessThan(tolerance);
    const objects = Number(growing?.evidence['owner1MoreObjects']) * blockBytes;
    expect(Math.abs(objects / (bytesPerSecond * ((evidence.growth?.intervalMs ?? 0) / 1000)) - 1)).toBeLessThan(2 * tolerance);
  });

  test('a counter page says the same', async (context) => {
    const pid = await startGrowing(`${preloadable('meter')}:${await libraryToPreload('jemalloc')}`, context);
    const { evidence, findings } = await doctor(pid, { askAllocator: true, forMs });
    expect(evidence.counters).toBeDefined();
    const growing = findings.find(({ code }) => code === 'malloc-growing');
    expect(growing?.summary).not.toContain('own word');
    const rate = Number(growing?.evidence['bytesPerMinute']) / 60;
    expect(Math.abs(rate / bytesPerSecond - 1)).toBeLessThan(tolerance);
    const both = (evidence.growth?.readings ?? []).filter(({ allocatedBytes }) => allocatedBytes !== undefined);
    expect(both.length).toBeGreaterThan(10);
  });
});
