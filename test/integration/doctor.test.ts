import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { makePatient } from '../../src/api/patient.ts';
import { type DoctorResult, doctorResult } from '../../src/model/doctor.ts';
import { surveyResult } from '../../src/model/survey.ts';
import { bytesPerMiB } from '../../src/model/units.ts';
import { offheap, startOffheap } from '../cli/offheap.ts';
import { compileCorpus } from '../corpus/compile.ts';
import { labels } from '../corpus/labels.ts';
import { startPatient } from '../corpus/start.ts';
import { copyForEveryone } from '../fixtures/copy-for-everyone.ts';
import { plain } from '../fixtures/preload.ts';
import { kernelThread, noKernelThread } from '../native/inspected.ts';
import { isRoot } from '../skip.ts';
import { whileStopped } from '../stop-process.ts';
import { startZombie } from '../zombie.ts';
import { findJavaHomes } from './java-homes.ts';

/** |predicted − actual| / RSS that a trim's prediction may be off by. */
const toleratedError = 0.03;

/** A program for Node that keeps so much memory, and says so when it has it. */
const holdMiB = (count: number) =>
  `const held = Buffer.alloc(${count} << 20, 1); console.log(held.length); setInterval(() => held, 60000)`;

beforeAll(compileCorpus);

async function start(name: string): Promise<number> {
  const label = labels.find((candidate) => candidate.name === name);
  if (!label) throw new Error(`no program of the corpus is named ${name}`);
  const { pid, stop } = await startPatient(label, plain);
  onTestFinished(stop);
  return pid;
}

async function diagnose(pid: number, ...options: string[]): Promise<DoctorResult & { status: number | null }> {
  const { status, stdout, stderr } = await offheap(['doctor', String(pid), '--format=json', ...options]);
  expect(stderr).toMatch(
    options.includes('--trim')
      ? /^process \d+ is told to give back about [\d,]+ MiB, which takes up to \d+ ms where a processor is free\n$/
      : /^$/,
  );
  const result: unknown = JSON.parse(stdout);
  // All that is written is in the schema: a field that is not would be missing in what it reads.
  expect(doctorResult.parse(result)).toEqual(result);
  return { ...doctorResult.parse(result), status };
}

/** malloc's chunk for a buffer of SteadyLeak. */
const bufferBytes = 16_400;

test('a look after which another follows leaves the owners to that', async () => {
  const patient = makePatient(await start('Deflaters that are held'), { timeoutMs: 60_000, ownersBudgetMs: 60_000 });
  const warmUp = await patient.look({ isWarmUp: true });
  expect({ hasJvm: warmUp.jvm !== undefined, owners: warmUp.owners }).toEqual({ hasJvm: true, owners: undefined });
  const { owners } = await patient.look();
  expect(owners?.owners[0]).toMatchObject({ kind: 'java', name: 'java.util.zip.Deflater$DeflaterZStreamRef' });
});

test('--for names the owners that grew', { retry: 1 }, async () => {
  const flags = ['-XX:+UseSerialGC', '-Xmx128m', '-XX:MaxDirectMemorySize=1g'];
  const program = { java: 'SteadyLeak', flags, arguments: ['buffers', '60'] };
  const { pid, stop } = await startPatient({ name: 'buffers that are held', program }, plain);
  onTestFinished(stop);
  const { findings, evidence } = await diagnose(pid, '--for=12s', '--quiet');
  const growing = findings.find(({ code }) => code === 'malloc-growing');
  expect(growing?.summary).toContain('The owners that grew most: java.nio.DirectByteBuffer by ');
  expect(growing?.summary).toContain('more objects, held by the static field SteadyLeak.HELD)');
  expect(growing?.fixes.map(({ command }) => command)).toContain(
    `offheap owners ${pid} --created-by='java.nio.DirectByteBuffer' --for=30s`,
  );
  const { owner1, owner1GrownBytes, owner1MoreObjects, grownBytes } = growing?.evidence ?? {};
  expect(owner1).toBe('java.nio.DirectByteBuffer');
  expect(Number(owner1GrownBytes) / Number(grownBytes)).toBeGreaterThan(0.8);
  // The program goes on while it is read: a buffer may be seen without its block, or the other way round.
  expect(Math.abs(Number(owner1GrownBytes) / bufferBytes - Number(owner1MoreObjects))).toBeLessThanOrEqual(2);
  const [first] = evidence.growth?.owners ?? [];
  expect(first).toMatchObject({ kind: 'java', name: owner1, change: { bytes: owner1GrownBytes } });
});

/** Of a JVM that has just been busy: its compilers free them between two looks. */
const arenasOfCompilersBytes = 12 * bytesPerMiB;

describe.each(findJavaHomes())('the held JVM of a repro, JDK $version', ({ java }) => {
  test('is diagnosed as retained by glibc, and a trim gives back what was predicted', { retry: 1 }, async () => {
    const args = [
      'repro',
      '--allocator=glibc',
      '--hold',
      '--settle=3s',
      '--streams=5003',
      '--heap=64m',
      '--quiet',
      `--java=${dirname(dirname(java))}`,
    ];
    const { child, finished } = startOffheap(args);
    let pid = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      pid = Number(/^@hold pid=(\d+)$/.exec(line)?.[1]);
      break;
    }
    try {
      const { status, findings, verdict, applied, before } = await diagnose(pid, '--trim');
      const [retained] = before?.findings ?? [];
      expect(retained).toMatchObject({ code: 'retained-pages', severity: 'problem' });
      // What was a problem is none any more.
      expect(status).toBe(0);
      expect(findings).toContainEqual(expect.objectContaining({ code: 'retained-pages', severity: 'notice' }));
      expect(verdict).toMatch(/^The trim gave \d+ MiB back\. /);
      const [trim] = applied;
      expect(retained?.predictedBytes).toBeGreaterThan(2 * arenasOfCompilersBytes);
      expect(Math.abs((trim?.predictedBytes ?? 0) - (retained?.predictedBytes ?? 0))).toBeLessThan(arenasOfCompilersBytes);
      expect(Math.abs(trim?.errorShare ?? 1)).toBeLessThanOrEqual(toleratedError);
      const after = await diagnose(pid);
      expect(after.findings.map(({ code }) => code)).not.toContain('retained-pages');
    } finally {
      child.kill('SIGINT');
      expect((await finished).status).toBe(0);
    }
    expect(() => readFileSync(`/proc/${pid}/stat`)).toThrow('ENOENT');
  });
});

test('--gc frees what waits for it, and says that it stays until it is trimmed', async () => {
  const pid = await start('waiting for the GC');
  const { status, findings, verdict, applied, before } = await diagnose(pid, '--gc', '--histogram');
  expect(before?.findings[0]).toMatchObject({
    code: 'waiting-for-gc',
    evidence: { inflaters: 4096, inflaterObjects: expect.any(Number) },
  });
  const [gc] = applied;
  expect(gc?.zlib).toMatchObject({ statesBefore: 4096, statesAfter: expect.toSatisfy((count: number) => count <= 1) });
  const stateBytes = (gc?.zlib?.beforeBytes ?? 0) - (gc?.zlib?.afterBytes ?? 0);
  expect((gc?.freedBlocksBytes ?? 0) / stateBytes).toBeGreaterThan(1 - toleratedError);
  expect(gc?.reasons).toEqual([expect.stringContaining('A trim gives back what can be given back')]);
  expect({ status, lead: findings[0]?.code }).toEqual({ status: 3, lead: 'retained-pages' });
  expect(verdict).toMatch(/^4,09\d zlib states, \d+ MiB, had waited for it and are freed\. /);
});

test('--gc tells what a program holds from what waits', async () => {
  const pid = await start('Deflaters that are held');
  const { status, findings, applied, before } = await diagnose(pid, '--gc');
  // The Java heap tells it before the collection.
  expect(before?.findings[0]?.code).toBe('zlib-held');
  expect(applied[0]?.zlib).toMatchObject({ statesBefore: 523, statesAfter: 523 });
  expect({ status, lead: findings[0]?.code }).toEqual({ status: 3, lead: 'zlib-held' });
});

test('--gc tells how much of a Java heap is needed, and waits until it has come back', async () => {
  const pid = await start('a Java heap of which most was let go');
  const { applied, evidence } = await diagnose(pid, '--gc');
  const { javaHeap, actualBytes = 0 } = applied[0] ?? {};
  expect((javaHeap?.usedBeforeBytes ?? 0) / bytesPerMiB).toBeGreaterThan(280);
  expect((javaHeap?.usedAfterBytes ?? 0) / bytesPerMiB).toBeLessThan(70);
  expect(actualBytes / bytesPerMiB).toBeGreaterThan(150);
  // Nothing comes back after it has looked again.
  const later = await diagnose(pid);
  expect(Math.abs(later.evidence.rssBytes - evidence.rssBytes) / bytesPerMiB).toBeLessThan(8);
});

test('a trim that cannot reach the tops of arenas is not predicted to', async () => {
  const pid = await start('tops of arenas');
  const { findings } = await diagnose(pid);
  expect(findings).toMatchObject([{ code: 'retained-arena-tops', fixes: [{ environment: expect.anything() }, expect.anything()] }]);
  expect(findings[0]).not.toHaveProperty('predictedBytes');
});

test('--peek shows what the largest mappings hold, and does not make pages present by looking', async () => {
  const pid = await start('a cache');
  const before = (await diagnose(pid)).evidence.rssBytes;
  const { peek, evidence } = await diagnose(pid, '--peek');
  expect(peek?.[0]).toMatchObject({ name: 'glibc main', pages: 64, contents: { binary: 64 }, excerpts: [] });
  expect(evidence.rssBytes).toBe(before);
  expect((await diagnose(pid)).evidence.rssBytes).toBe(before);
});

describe('bad conditions: one sentence, and status 1', () => {
  const refusal = async (pid: number) => {
    const { status, stdout, stderr } = await offheap(['doctor', String(pid)]);
    expect({ status, stdout, lines: stderr.trim().split('\n').length }).toEqual({ status: 1, stdout: '', lines: 1 });
    return stderr;
  };

  test('no such process', async () => {
    expect(await refusal(4_194_304)).toMatch(/^offheap: .*4194304/);
  });

  test('a zombie', async () => {
    expect(await refusal(await startZombie())).toMatch(/zombie|ended/i);
  });

  test('a kernel thread', async ({ skip }) => {
    const thread = kernelThread ?? skip(noKernelThread);
    expect(await refusal(thread)).toMatch(/kernel thread/i);
  });

  test('another user’s process: the cures are named', async (context) => {
    context.skip(!isRoot, 'only root becomes another user');
    const { node, bin } = copyForEveryone();
    const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups', node, bin, 'doctor', String(process.pid)];
    const { status, stdout, stderr } = spawnSync('setpriv', nobody, { encoding: 'utf8', cwd: '/' });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/same user|sudo|CAP_SYS_PTRACE/);
  });
});

test('a JVM that is stopped does not answer: the rest is told, and that it is missing', async () => {
  const pid = await start('a healthy JVM');
  const { evidence, status } = await whileStopped(pid, () => diagnose(pid, '--timeout=300ms'));
  expect(status).toBe(1);
  expect(evidence).not.toHaveProperty('jvm');
  expect(evidence.unknown).toContainEqual(expect.objectContaining({ instrument: 'jvm', code: 'stopped' }));
  expect(evidence.malloc?.totals.liveBytes).toBeGreaterThan(0);
});

describe('without a pid: the JVMs of this host', () => {
  test('a line for each, with a verdict', async () => {
    const pid = await start('a healthy JVM');
    const { status, stdout } = await offheap(['doctor', '--quiet']);
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`^│ +${pid} │ HealthyService +│(?: [^│]* │)? +\\d+ │.*│ ok +│$`, 'm'));
    expect(stdout).toMatch(/\nLook at one of them: offheap doctor \d+\n$/);
  });

  test('as JSON, with every process of 100 MiB or more', async () => {
    const [pid, ballast] = [await start('a healthy JVM'), spawn(process.execPath, ['-e', holdMiB(131)])];
    onTestFinished(() => void ballast.kill());
    await once(ballast.stdout, 'data');
    const { status, stdout } = await offheap(['doctor', '--all', '--quiet', '--format=json']);
    const { processes, refused } = surveyResult.parse(JSON.parse(stdout));
    expect({ status, refused }).toEqual({ status: 0, refused: [] });
    expect(processes.find((one) => one.pid === pid)).toMatchObject({ name: 'HealthyService', verdict: 'ok' });
    const held = processes.find((one) => one.pid === ballast.pid);
    expect(held?.name).toBe('node');
    expect(held?.rssBytes).toBeGreaterThan(131 * bytesPerMiB);
    expect(held).not.toHaveProperty('javaHeapRssBytes');
    expect(processes.map(({ rssBytes }) => rssBytes)).toEqual(processes.map(({ rssBytes }) => rssBytes).toSorted((a, b) => b - a));
  });

  test('what is done to one process needs one', async () => {
    expect(await offheap(['doctor', '--trim'])).toEqual({
      status: 2,
      stdout: '',
      stderr: 'offheap: Expected a process for --trim, got none. List them: offheap doctor\n',
    });
  });
});

describe('a JVM by its name', () => {
  test('its main class', async () => {
    const pid = await start('a healthy JVM');
    const { status, stdout } = await offheap(['doctor', 'HealthyService', '--format=json']);
    expect(status).toBe(0);
    expect((JSON.parse(stdout) as DoctorResult).evidence.pid).toBe(pid);
  });

  test('none has it', async () => {
    const { status, stderr } = await offheap(['doctor', 'no-such-service.jar']);
    expect(status).toBe(1);
    expect(stderr).toBe(
      'offheap: Expected a JVM whose name or command line contains "no-such-service.jar", found none. The JVMs that run here: offheap doctor\n',
    );
  });
});

test('a healthy JVM: status 0, as a table', async () => {
  const { status, stdout } = await offheap(['doctor', String(await start('a healthy JVM'))]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Nothing wrong: no part of the \d+ MiB/m);
  expect(stdout).toMatch(/^│ RSS .*│ 100.0 % │/m);
});
