import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AllocatorKey, runnable } from '../../src/allocators/registry.ts';
import { doctor, trim } from '../../src/index.ts';
import { libraryToPreload } from '../fixtures/preload.ts';
import { compileBurst, mimallocKeeps, startBurst } from './burst-jvm.ts';
import { findJavaHomes } from './java-homes.ts';

const folder = mkdtempSync(join(tmpdir(), 'offheap-give-back-'));
const allocators: readonly AllocatorKey[] = ['glibc', 'jemalloc', 'tcmalloc', 'mimalloc'];
const mib = 1024 ** 2;
const rounds = 5;
const toleratedShare = 0.01;

beforeAll(() => compileBurst(folder));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const medianOf = (values: readonly number[]) => {
  const sorted = values.toSorted((a, b) => a - b);
  return ((sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN) + (sorted[Math.floor(sorted.length / 2)] ?? Number.NaN)) / 2;
};

/** What a JVM that runs on it has in its environment. */
async function environmentOf(name: AllocatorKey): Promise<Record<string, string>> {
  if (runnable[name].origin === 'libc') return {};
  return { LD_PRELOAD: await libraryToPreload(name), ...(name === 'mimalloc' ? mimallocKeeps : {}) };
}

describe.each(findJavaHomes())('JDK $version', ({ java }) => {
  test.concurrent.for(allocators)(
    '%s: what is kept after a burst is told, and given back as predicted',
    async (allocator, { onTestFinished }) => {
      const env = await environmentOf(allocator);
      const jvm = await startBurst(folder, { threads: 4, count: 600, flags: ['-Xmx64m'], java, env });
      onTestFinished(() => jvm.end());
      const errors: number[] = [];
      for (let round = 0; round < rounds; round++) {
        await jvm.tell('a');
        await jvm.tell('f');
        if (round === 0) {
          const { findings } = await doctor(jvm.pid, { askAllocator: true, ownersBudgetMs: 0 });
          const kept = findings.find(({ code }) => code === 'allocator-idle' || code === 'retained-pages');
          expect(kept).toMatchObject({ severity: 'problem', fixes: [{ kind: 'trim' }, ...(kept?.fixes.slice(1) ?? [])] });
          expect(kept?.predictedBytes).toBeGreaterThan(32 * mib);
        }
        const { fix } = await trim(jvm.pid);
        expect(fix.actualBytes).toBeGreaterThan(4 * mib);
        errors.push(fix.errorShare ?? Number.NaN);
      }
      const told = errors.map((share) => (100 * share).toFixed(2)).join(' ');
      expect(Math.abs(medianOf(errors)), `errors in % of RSS: ${told}`).toBeLessThan(toleratedShare);
    },
  );
});
