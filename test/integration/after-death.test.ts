import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { diagnoseFile } from '../../src/api/diagnose-file.ts';
import type { DeadResult } from '../../src/model/dead.ts';
import { deadResult } from '../../src/model/dead.ts';
import { findAnyJavaHomes, findJavaHomes, type JavaHome } from './java-homes.ts';
import { projectRoot } from './java-process.ts';

const kiB = 1024;
const timeoutMs = 120_000;
const homes = findAnyJavaHomes();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'offheap-death-'));
  const [home] = findJavaHomes();
  if (!home) return;
  const source = join(projectRoot, 'test', 'integration', 'programs', 'Dies.java');
  execFileSync(
    join(dirname(home.java), 'javac'),
    ['-source', '8', '-target', '8', '-nowarn', '-Xlint:-options', '-d', folder, source],
    {
      stdio: 'pipe',
    },
  );
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
  spawnSync('sh', ['-c', command, 'sh', ...args], { timeout: timeoutMs, killSignal: 'SIGKILL', cwd: folder });
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
