import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { AllocatorKey } from '../../src/allocators/registry.ts';
import { observeOwners } from '../../src/observe/owners.ts';
import { renderOwnersTable } from '../../src/reporters/owners-table.ts';
import { endJvm } from '../end-jvm.ts';
import { libraryToPreload } from '../fixtures/preload.ts';
import { findJavaHomes } from './java-homes.ts';
import { copyPrograms } from './java-programs.ts';

const others: readonly AllocatorKey[] = ['jemalloc', 'tcmalloc', 'mimalloc', 'mmap'];
const classFolder = mkdtempSync(join(tmpdir(), 'offheap-points-'));

/** Of HeldNative: objects, and their addresses. The JVM has an Inflater or some of its own for its class path. */
const truth = {
  'java.util.zip.Inflater$InflaterZStreamRef': 5003,
  'java.util.zip.Deflater$DeflaterZStreamRef': 211,
  'java.nio.DirectByteBuffer': 307,
};
const ownInflaters = 3;

beforeAll(() => copyPrograms(classFolder, 'HeldNative'));
afterAll(() => rmSync(classFolder, { recursive: true, force: true }));

describe.each(findJavaHomes())('on JDK $version', ({ java }) => {
  test.for(others)('%s: which objects hold addresses in its memory, and who holds these', async (allocator) => {
    const child = spawn(java, ['-Xmx200m', '-cp', classFolder, 'HeldNative'], {
      env: { PATH: process.env['PATH'], LD_PRELOAD: await libraryToPreload(allocator) },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    onTestFinished(() => endJvm(child));
    await once(createInterface({ input: child.stdout }), 'line');
    const result = await observeOwners(child.pid ?? 0, { holders: 3 });
    expect(result).toMatchObject({ unsized: { allocator }, liveBytes: 0, unowned: { firstBlocks: 0, sizes: [] } });
    expect(result.owners.every(({ kind, bytes }) => kind === 'java' && bytes === 0)).toBe(true);
    expect(result.owners.reduce((sum, { blocks }) => sum + blocks, 0)).toBe(result.liveBlocks);
    for (const [name, count] of Object.entries(truth)) {
      const owner = result.owners.find((one) => one.name === name);
      const own = name.includes('Inflater') ? ownInflaters : 0;
      expect(owner?.objects).toBeGreaterThanOrEqual(count);
      expect(owner?.objects).toBeLessThanOrEqual(count + own);
      expect(owner?.directBlocks).toBe(owner?.objects);
      expect(owner?.held?.heldObjects).toBeGreaterThanOrEqual(count);
      expect(owner?.held?.holders).toContainEqual(expect.objectContaining({ kind: 'static', name: 'HeldNative', field: 'HELD' }));
    }
    const table = renderOwnersTable(result, { color: false, width: 100, tableWidth: 100, top: 5 });
    expect(table).toContain(`The blocks of ${allocator}, which serves malloc here,`);
    expect(table).toMatch(/│ java\.nio\.DirectByteBuffer +│ +307 │ +307 │/);
    expect(table).not.toContain('blocks of malloc');
  });
});

test('what is no JVM has no objects that could tell', async () => {
  const child = spawn('sleep', ['600'], { env: { LD_PRELOAD: await libraryToPreload('jemalloc') } });
  onTestFinished(async () => {
    child.kill();
    await once(child, 'exit');
  });
  // Until it has become sleep, with its library.
  await expect
    .poll(async () => {
      await sleep(10);
      return observeOwners(child.pid ?? 0).catch((error: Error) => error.message);
    })
    .toMatch(/^Expected process \d+ to use glibc's malloc, or to be a JVM: jemalloc serves it, .* pmap \d+$/);
});
