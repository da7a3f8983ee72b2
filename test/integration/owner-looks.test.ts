import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { observeOwners } from '../../src/observe/owners.ts';
import { endJvm } from '../end-jvm.ts';
import { findJavaHomes } from './java-homes.ts';
import { copyPrograms } from './java-programs.ts';

/** At JVMs that collect on all processors, in all; npm run test:looks takes a thousand. */
const looks = Number(process.env['OFFHEAP_LOOKS'] ?? 15);
const collectors = ['Serial', 'Parallel', 'G1', 'Shenandoah', 'Z'];
const [newest] = findJavaHomes().toSorted((a, b) => Number.parseInt(b.version, 10) - Number.parseInt(a.version, 10));
const classFolder = mkdtempSync(join(tmpdir(), 'offheap-looks-'));

/** Of HeldNative. The JVM has a few Inflaters of its own. */
const truth = {
  'java.util.zip.Inflater$InflaterZStreamRef': 5003,
  'java.util.zip.Deflater$DeflaterZStreamRef': 211,
  'java.nio.DirectByteBuffer': 307,
};
const tolerance = 0.02;

beforeAll(() => copyPrograms(classFolder, 'HeldNative'));
afterAll(() => rmSync(classFolder, { recursive: true, force: true }));

test.for(collectors)('looks while %s collects as fast as it can', { timeout: 600_000 }, async (collector) => {
  const java = newest?.java ?? 'java';
  const child = spawn(java, [`-XX:+Use${collector}GC`, '-Xmx64m', '-cp', classFolder, 'HeldNative'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => endJvm(child));
  const lines = createInterface({ input: child.stdout });
  const ask = async (word: string) => {
    const line = once(lines, 'line');
    child.stdin.write(`${word}\n`);
    return String((await line)[0]);
  };
  await once(lines, 'line');
  expect(await ask('storm')).toBe('done');
  const before = Number(await ask('collections'));
  const wrong: string[] = [];
  const each = Math.ceil(looks / collectors.length);
  for (let look = 0; look < each; look++) {
    // The way up takes several readings of the heap, and begins anew after each collection.
    const { owners, heap, liveBytes } = await observeOwners(child.pid ?? 0, { holders: look % 20 === 0 ? 1 : 0 });
    expect(heap?.collector).toBe(collector === 'Z' ? 'ZGC' : collector);
    expect(owners.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(liveBytes);
    for (const [name, count] of Object.entries(truth)) {
      const { objects = 0, held } = owners.find((owner) => owner.name === name) ?? {};
      // All are held. Where a collection came in between, nothing is told of those that were not found to be.
      const { waitingObjects = 0 } = held ?? {};
      if (waitingObjects > tolerance * count) wrong.push(`look ${look}: ${waitingObjects} of ${count} ${name} are garbage`);
      if (Math.abs(objects - count) > tolerance * count + 3) wrong.push(`look ${look}: ${objects} of ${count} ${name}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(Number(await ask('collections')) - before, `collections during ${each} looks`).toBeGreaterThan(each);
});
