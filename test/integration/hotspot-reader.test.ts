import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { endJvm } from '../end-jvm.ts';
import { footprint } from '../native/inspected.ts';
import { type ClassScan, scan } from '../native/owners/scan.ts';
import { findAnyJavaHomes } from './java-homes.ts';
import { copyPrograms } from './java-programs.ts';

const inflaters = 5003;
const deflaters = 211;
const buffers = 307;
/** Behind each of 7 threads' buffers, and at the end of many of main's. */
const numbered = 7 * 2003;
/** Which `churn` fills more than once; C1 alone: the program runs for a second. A thread's buffer is full after a few hundred objects. */
const usual = ['-Xms64m', '-Xmx64m', '-XX:TieredStopAtLevel=1', '-XX:TLABSize=16k', '-XX:-ResizeTLAB'];

/**
 * Flags of a JVM, from which version on and up to which it has them, and what of each count is exact: ZGC has old copies for a while. Epsilon collects nothing, and has to
 * have room for all.
 */
const variants: readonly { flags: string; from: number; to?: number; hasCopies?: boolean }[] = [
  { flags: '-XX:+UseG1GC', from: 8 },
  { flags: '-XX:+UseSerialGC', from: 8 },
  { flags: '-XX:+UseParallelGC', from: 8 },
  { flags: '-XX:+UseG1GC -XX:-UseCompressedOops', from: 8 },
  { flags: '-XX:+UseSerialGC -XX:-UseCompressedClassPointers', from: 8, to: 25 },
  { flags: '-XX:+UseG1GC -XX:ObjectAlignmentInBytes=16', from: 8 },
  { flags: '-XX:+UseG1GC -XX:+UseCompactObjectHeaders', from: 25 },
  { flags: '-XX:+UseParallelGC -XX:+UseCompactObjectHeaders', from: 25 },
  { flags: '-XX:+UnlockExperimentalVMOptions -XX:+UseEpsilonGC -Xms300m -Xmx300m', from: 11 },
  { flags: '-XX:+UseShenandoahGC', from: 17 },
  { flags: '-XX:+UseZGC', from: 17, hasCopies: true },
  { flags: '-XX:+UseZGC -XX:+ZGenerational', from: 21, to: 23, hasCopies: true },
];

const homes = findAnyJavaHomes();
const classFolder = mkdtempSync(join(tmpdir(), 'offheap-held-'));

beforeAll(() => copyPrograms(classFolder, 'HeldNative'));
afterAll(() => rmSync(classFolder, { recursive: true, force: true }));

const featureOf = (version: string) => Number.parseInt(version.replace(/^1\./, ''), 10);

const hasFlags = (java: string, flags: readonly string[]) => {
  try {
    execFileSync(java, [...flags, '-version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** Undefined where this build of the JVM has no such flags. */
async function start(java: string, flags: readonly string[]) {
  const child = spawn(java, [...usual, ...flags, '-cp', classFolder, 'HeldNative'], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => endJvm(child));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  // The JVM's warnings are on stdout as well.
  const hears = async (word: string) => {
    let line = await lines.next();
    while (!line.done && line.value !== word) line = await lines.next();
    return !line.done;
  };
  if (!(await hears('ready'))) {
    if (!hasFlags(java, flags)) return undefined;
    throw new Error('the JVM ended before it was ready');
  }
  const say = async (word: string) => {
    child.stdin.write(`${word}\n`);
    if (!(await hears('done'))) throw new Error(`the JVM ended at ${word}`);
  };
  return { pid: child.pid ?? 0, say };
}

/** By a collector that each JVM has. */
async function startWith(java: string, flag: string) {
  const started = await start(java, [flag]);
  if (started === undefined) throw new Error(`expected ${java} to have ${flag}`);
  return started;
}

/** 8 has one class for both. */
const expectedOf = (version: number): Record<string, number> =>
  version === 8
    ? { 'java.nio.DirectByteBuffer$Deallocator': buffers }
    : {
        'java.util.zip.Inflater$InflaterZStreamRef': inflaters,
        'java.util.zip.Deflater$DeflaterZStreamRef': deflaters,
        'java.nio.DirectByteBuffer$Deallocator': buffers,
      };

describe.each(homes)('JDK $version', ({ java, version }) => {
  const feature = featureOf(version);

  const known = variants.filter(({ from, to = feature }) => feature >= from && feature <= to);
  test.for(known)('$flags', async ({ flags, hasCopies = false }, context) => {
    const given = flags.split(' ');
    const started = await start(java, given);
    if (started === undefined) return context.skip(`this build of JDK ${version} has no ${flags}`);
    const { pid, say } = started;
    for (const step of ['', 'buffers', 'gc', 'churn']) {
      if (step !== '') await say(step);
      // Two threads of a collector copy an object at times, and what one of them gives up looks like another.
      const expected: Record<string, number> = {
        ...expectedOf(feature),
        ...(step === 'buffers' && { HeldNative$Numbered: numbered }),
      };
      const look = scan(pid, Object.keys(expected));
      const counts = (count: (of: ClassScan) => number) =>
        Object.fromEntries(Object.entries(look.of).map(([name, of]) => [name, count(of)]));
      expect(look, look.output).toMatchObject({ status: 0, version: feature, unnamed: 0 });
      expect(
        counts((of) => of.addresses),
        look.output,
      ).toEqual(expected);
      if (hasCopies) continue;
      expect(counts((of) => of.moving)).toEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, 0])));
      for (const [name, of] of Object.entries(look.of)) {
        expect(of.owners).toMatchObject({ [`${name}.address`]: expected[name] });
        expect(of.held).toBe(of.objects);
      }
    }
  });

  test('what holds them is named, and the threads', async () => {
    const { pid } = await startWith(java, '-XX:+UseSerialGC');
    const { of, threads } = scan(pid, ['java.util.zip.Inflater', 'java.nio.DirectByteBuffer', 'java.util.ArrayList']);
    expect(of['java.util.zip.Inflater']?.objects).toBeGreaterThanOrEqual(inflaters);
    expect(of['java.util.zip.Inflater']?.holders['java.lang.Object[].?']).toBeGreaterThanOrEqual(inflaters);
    expect(of['java.nio.DirectByteBuffer']?.holders).toMatchObject({ 'java.lang.Class.static HeldNative.FIRST': 1 });
    expect(of['java.util.ArrayList']?.holders).toMatchObject({ 'java.lang.Class.static HeldNative.HELD': 1 });
    expect(Object.keys(threads)).toEqual(expect.arrayContaining(['main', 'Finalizer', 'Reference Handler']));
  });

  test('a look changes nothing', async () => {
    const { pid, say } = await startWith(java, '-XX:+UseG1GC');
    await say('gc');
    let before = footprint(pid);
    let after = before;
    // The JVM has faults of its own for a while, and some of its threads wake up now and then.
    for (let attempt = 0; attempt < 20; attempt++) {
      await sleep(500);
      before = footprint(pid);
      expect(scan(pid, ['java.util.zip.Inflater']).status).toBe(0);
      after = footprint(pid);
      if (JSON.stringify(before) === JSON.stringify(after)) break;
    }
    expect(after).toEqual(before);
  });
});
