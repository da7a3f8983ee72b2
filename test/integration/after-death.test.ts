import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { diagnoseFile } from '../../src/api/diagnose-file.ts';
import { removeAttachSocket } from '../../src/jvm/attach-leftover.ts';
import type { DeadResult } from '../../src/model/dead.ts';
import { deadResult } from '../../src/model/dead.ts';
import { findAnyJavaHomes, type JavaHome } from './java-homes.ts';
import { copyPrograms } from './java-programs.ts';

const kiB = 1024;
const timeoutMs = 120_000;
const homes = findAnyJavaHomes();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'offheap-death-'));
  if (homes.length > 0) copyPrograms(folder, 'Dies');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a JVM under limits of the shell until it dies, and judges the report that it leaves. */
async function judgeDeath(
  { java }: JavaHome,
  { limits = '', flags = [], program }: { limits?: string; flags?: string[]; program: string[] },
): Promise<DeadResult> {
  const report = join(folder, 'hs_err.log');
  rmSync(report, { force: true });
  const command = `ulimit -c 0; ${limits} exec "$@"`;
  const args = [java, ...flags, `-XX:ErrorFile=${report}`, '-cp', folder, 'Dies', ...program];
  const { pid } = spawnSync('sh', ['-c', command, 'sh', ...args], { timeout: timeoutMs, killSignal: 'SIGKILL', cwd: folder });
  // Whoever looks at all JVMs of the machine may have asked it: the tests of other files do.
  await removeAttachSocket(pid);
  expect(existsSync(report), 'the JVM has left no report').toBe(true);
  const result = await diagnoseFile(report);
  expect(deadResult.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
  expect(result.source).toMatchObject({ kind: 'hs_err', isWhole: true });
  return result;
}

const heap = ['-Xmx128m', '-XX:+UseSerialGC'];

describe.each(homes)('JDK $version', (home) => {
  test('whose address space is bound: ulimit -v', { timeout: timeoutMs }, async () => {
    const limitKiB = 3_000_000;
    const { findings, failure, limits, memory, process } = await judgeDeath(home, {
      limits: `ulimit -v ${limitKiB};`,
      flags: heap,
      program: ['blocks', '1024'],
    });
    expect(findings[0]).toMatchObject({ code: 'address-space-limit', severity: 'problem' });
    expect(failure?.kind).toBe('native');
    expect(limits?.addressSpaceBytes).toBe(limitKiB * kiB);
    expect(memory?.virtualBytes).toBeGreaterThan(0.95 * limitKiB * kiB);
    expect(memory?.virtualBytes).toBeLessThanOrEqual(limitKiB * kiB);
    const partsBytes = memory?.parts.reduce((sum, { committedBytes }) => sum + committedBytes, 0);
    expect(partsBytes).toBe(memory?.committedBytes);
    expect(process.jdk).toMatch(/^\d/);
    expect(process.command.at(-2)).toBe('blocks');
    expect(findings[0]?.fixes[0]?.command).toBe('ulimit -v unlimited');
  });

  test('whose heap is larger than the machine', { timeout: timeoutMs }, async ({ skip }) => {
    const ramKiB = Number(/^MemTotal: +(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]);
    const swapKiB = Number(/^SwapTotal: +(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]);
    skip(readFileSync('/proc/sys/vm/overcommit_memory', 'utf8').trim() !== '0', 'vm.overcommit_memory is not 0');
    const megabytes = Math.ceil(((ramKiB + swapKiB) * 2) / kiB);
    const { findings, failure } = await judgeDeath(home, {
      flags: [`-Xms${megabytes}m`, `-Xmx${megabytes}m`, '-XX:+UseSerialGC'],
      program: ['waits'],
    });
    expect(findings[0]?.code).toBe('host-memory');
    expect(failure?.askedBytes).toBeGreaterThan((ramKiB + swapKiB) * kiB);
    expect(findings[0]?.fixes[0]?.jvmFlags?.[0]).toMatch(/^-Xmx\d+m$/);
  });

  test('that crashes in Java code of its own', { timeout: timeoutMs }, async () => {
    const { findings, verdict } = await judgeDeath(home, { flags: heap, program: ['null'] });
    expect(findings[0]).toMatchObject({ code: 'crash', severity: 'problem' });
    expect(verdict).toMatch(/^The JVM crashed in .*SIGSEGV \(0xb\) at pc=/);
  });
});

const recordingSeconds = 12;
const feature = ({ version }: JavaHome) => Number.parseInt(version, 10);

/** Runs a JVM with Flight Recorder to its end, and judges the recording. */
async function judgeRecording({ java }: JavaHome, flags: string[], program: string): Promise<DeadResult> {
  // What it is its content tells.
  const recording = join(folder, 'recording.jfr');
  const file = join(folder, 'recording-of-nobody');
  const recorder = `-XX:StartFlightRecording=dumponexit=true,filename=${recording}`;
  const args = [...flags, recorder, '-cp', folder, 'Dies', program, String(recordingSeconds)];
  execFileSync(java, args, { timeout: timeoutMs, stdio: 'pipe', cwd: folder });
  renameSync(recording, file);
  const before = process.env['JAVA_HOME'];
  process.env['JAVA_HOME'] = dirname(dirname(java));
  try {
    const result = await diagnoseFile(file);
    expect(deadResult.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
    expect(result.source).toMatchObject({ kind: 'jfr', isWhole: true });
    expect(result.process.command.slice(-3)).toEqual(['Dies', program, String(recordingSeconds)]);
    return result;
  } finally {
    if (before === undefined) delete process.env['JAVA_HOME'];
    else process.env['JAVA_HOME'] = before;
  }
}

/** A JDK that was only unpacked lacks its settings. */
const settingsOf = ({ java }: JavaHome) => join(dirname(dirname(java)), 'lib', 'jfr', 'default.jfc');
const recorders = homes.filter(
  (home) => feature(home) >= 17 && existsSync(join(dirname(home.java), 'jfr')) && existsSync(settingsOf(home)),
);

describe.each(recorders)('a recording of JDK $version', (home) => {
  test('of a program that keeps Java objects', { timeout: timeoutMs }, async () => {
    const { findings, recording } = await judgeRecording(home, ['-Xmx256m', '-XX:+UseG1GC'], 'hoards');
    expect(findings.map(({ code }) => code)).toContain('java-heap-growing');
    const objects = recording?.figures.find(({ what }) => what === 'Java objects after a collection');
    expect(objects?.last).toBeGreaterThan(50 * kiB ** 2);
  });

  test('of a program that leaks native memory: by RSS, where that is recorded', { timeout: timeoutMs }, async () => {
    const { findings, blindSpots, memory } = await judgeRecording(home, ['-Xmx64m', '-Xms64m', '-XX:+UseG1GC'], 'leaks');
    if (feature(home) < 21) {
      expect(blindSpots.map(({ instrument }) => instrument)).toContain('RSS');
      expect(findings).toEqual([]);
      return;
    }
    expect(findings[0]).toMatchObject({ code: 'memory-growing', severity: 'problem' });
    expect(findings[0]?.evidence).toMatchObject({ part: 'native memory that is no Java heap' });
    expect(memory?.rssBytes).toBeGreaterThan(100 * kiB ** 2);
  });
});
