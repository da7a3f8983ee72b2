import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { owners } from '../../src/index.ts';
import { offheap } from '../cli/offheap.ts';
import { endJvm } from '../end-jvm.ts';
import { findJavaHomes, type JavaHome } from './java-homes.ts';
import { copyPrograms } from './java-programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'offheap-holders-'));
beforeAll(() => copyPrograms(folder, 'KeepsSome', 'MakesOne', 'HoldsInMap', 'HoldsBesideNumber'));
afterAll(() => rmSync(folder, { recursive: true }));

const made = 2003;
const every = 7;
const kept = 287;
/** What main had in its hands when it went on, of each class in its frames. */
const atHand = 2;

/** What no GC has collected yet: the young generation takes all that the program makes. */
const flags = ['-Xmx512m', '-Xmn400m', '-XX:TieredStopAtLevel=1'];

async function start({ java }: JavaHome, ready: string, ...args: string[]): Promise<number> {
  const child = spawn(java, [...flags, '-cp', folder, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => endJvm(child));
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  expect(value).toBe(ready);
  return child.pid ?? 0;
}

const collectors = ['-XX:+UseSerialGC', '-XX:+UseParallelGC', '-XX:+UseG1GC', '-XX:-UseCompressedOops'];

describe.each(findJavaHomes())('JDK $version', (home) => {
  test.each(collectors)('what is held is told from what waits for the GC, up to the static field: %s', async (collector) => {
    const pid = await start(home, `ready ${kept}`, collector, 'KeepsSome', String(made), String(every));
    const { owners: all, liveBytes, heap } = await owners(pid, { holders: 1 });
    const [first] = all;
    expect(first).toMatchObject({ kind: 'java', name: 'java.util.zip.Inflater$InflaterZStreamRef', objects: made });
    expect(first?.fields).toEqual([{ name: 'address', objects: made }]);
    // The stream, its state and its window. What of memory was never written may have the address of another block, also where it is nearer.
    expect(first?.blocks).toBeGreaterThanOrEqual(made * 3 * 0.99);
    expect(first?.blocks).toBeLessThan(made * 3 * 1.01);
    expect(first?.directBlocks).toBe(made);
    expect(heap?.jdk).toBe(Number.parseInt(home.version, 10));
    const { held } = first ?? {};
    expect(held?.objects).toBe(made);
    expect(held?.heldObjects).toBeGreaterThanOrEqual(kept);
    expect(held?.heldObjects).toBeLessThanOrEqual(kept + atHand);
    expect(held?.waitingObjects).toBe(made - (held?.heldObjects ?? 0));
    const [inflaters, cleaners] = held?.holders ?? [];
    expect([inflaters, cleaners].map((holder) => holder?.kind).sort()).toEqual(['phantom', 'strong']);
    expect(held?.holders).toContainEqual(
      expect.objectContaining({ level: 1, kind: 'strong', name: 'java.util.zip.Inflater', field: 'zsRef', objects: made }),
    );
    expect(held?.holders).toContainEqual(
      expect.objectContaining({ kind: 'static', name: 'KeepsSome', field: 'kept', objects: 1, heldObjects: 1 }),
    );
    // All of them together, each once.
    expect(all.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(liveBytes);
    const nobody = all.find(({ kind }) => kind === 'nobody');
    expect((nobody?.bytes ?? 0) / liveBytes).toBeLessThan(0.005);
  });

  test('each step of the way up holds the one below it, whatever garbage is there', async () => {
    const pid = await start(home, 'ready', 'HoldsInMap', String(made));
    const [first] = (await owners(pid, { holders: 1 })).owners;
    expect(first?.held).toMatchObject({ objects: made, heldObjects: made });
    const way = first?.held?.way?.map(({ kind, name, field }) => [kind, name, ...(field === undefined ? [] : [field])].join(' '));
    expect(way?.filter((step) => !step.endsWith(' next'))).toEqual([
      'strong java.util.zip.Inflater zsRef',
      'strong java.util.concurrent.ConcurrentHashMap$Node val',
      'strong java.util.concurrent.ConcurrentHashMap$Node[]',
      'strong java.util.concurrent.ConcurrentHashMap table',
      'strong HoldsInMap$Registry inflaters',
      'strong java.lang.Object[]',
      'static HoldsInMap APPLICATION',
    ]);
  });

  test('a number in a static field holds nothing, though it is the same as a reference', async () => {
    const pid = await start(home, 'ready', 'HoldsBesideNumber', String(made));
    const [first] = (await owners(pid, { holders: 2 })).owners;
    expect(first?.held).toMatchObject({ objects: made, heldObjects: made });
    const statics = first?.held?.holders.filter(({ kind }) => kind === 'static').map(({ name, field }) => `${name}.${field}`);
    expect(statics).toEqual(['HoldsBesideNumber.kept']);
  });

  test('--created-by shows who makes the objects of a class, in a JVM that was started without anything', async () => {
    const pid = await start(home, 'ready', 'MakesOne');
    const watch = async () => {
      const args = ['owners', String(pid), '--created-by=java.util.zip.Inflater', '--for=2s', '--format=json', '--quiet'];
      const { stdout, stderr } = await offheap(args);
      expect(stderr).toBe('');
      const { created } = JSON.parse(stdout);
      onTestFinished(() => rmSync(created.collapsedFile));
      return created;
    };
    // The profiler stays in the process, and is asked again.
    expect((await watch()).calls).toBeGreaterThan(10);
    const created = await watch();
    expect(created).toMatchObject({ className: 'java.util.zip.Inflater' });
    expect(created.intervalMs).toBeGreaterThanOrEqual(1900);
    expect(created.calls).toBeGreaterThan(10);
    // Each of the two makes as many; one constructor calls the other.
    expect(created.top.map(({ frames }: { frames: string[] }) => frames.slice(0, 2)).sort()).toEqual([
      ['java.util.zip.Inflater.<init>', 'MakesOne.end:35'],
      ['java.util.zip.Inflater.<init>', 'MakesOne.keep:31'],
    ]);
    const [first, second] = created.top.map(({ calls }: { calls: number }) => calls);
    expect(Math.abs(first - second)).toBeLessThanOrEqual(1);
    expect(created.calls).toBe(first + second);
  });
});
