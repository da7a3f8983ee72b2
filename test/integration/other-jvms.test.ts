import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { runDiagnosticCommand } from '../../src/jvm/attach.ts';
import { doctorResult } from '../../src/model/doctor.ts';
import { inspectHeap } from '../../src/native/inspector.ts';
import { collectEvidence } from '../../src/observe/evidence.ts';
import { readChildren } from '../../src/process/threads.ts';
import { offheap } from '../cli/offheap.ts';
import { builtIn, compileCorpus, shortLived, sourcesIn } from '../corpus/compile.ts';
import { endJvm } from '../end-jvm.ts';
import { canMount, cannotMount } from '../fixtures/namespace.ts';
import { has, isRoot } from '../skip.ts';
import { compileBurst, startBurst } from './burst-jvm.ts';

const timeoutMs = 60_000;
const mib = 2 ** 20;
let folder: string;

beforeAll(async () => {
  // Not below /tmp, which a JVM here has to itself.
  folder = mkdtempSync('/var/tmp/offheap-other-jvms-');
  // Another user is to read it.
  chmodSync(folder, 0o755);
  await compileBurst(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('an image of jlink of java.base alone, without jdk.attach', () => {
  const image = () => join(folder, 'image');
  const java = () => join(image(), 'bin', 'java');

  beforeAll(async () => {
    await execa('jlink', [...shortLived, '--add-modules=java.base', '--strip-debug', '--output', image()]);
  }, timeoutMs);

  async function factsOf(pid: number) {
    const { isJvm, jvm, regions, unknown } = await collectEvidence(pid, { inspect: inspectHeap, timeoutMs });
    const kinds = regions.map(({ kind }) => kind);
    return {
      isJvm,
      answers: /^\d+/.test(jvm?.version ?? ''),
      hasHeap: kinds.includes('java heap'),
      unknown: unknown.map(({ instrument }) => instrument),
    };
  }

  const whole = { isJvm: true, answers: true, hasHeap: true, unknown: ['nmt'] };

  test('has no module for tools, and answers them', async () => {
    expect((await execa(java(), ['--list-modules'])).stdout).toMatch(/^java\.base@\S+$/);
    const jvm = await startBurst(folder, { java: java() });
    onTestFinished(() => jvm.end());
    expect(await factsOf(jvm.pid)).toEqual(whole);
  });

  test('of another user, by root: the same', async (context) => {
    context.skip(!isRoot, 'only root looks at another user’s');
    const jvm = await startBurst(folder, { java: java(), user: 1009 });
    onTestFinished(() => jvm.end());
    expect(readFileSync(`/proc/${jvm.pid}/status`, 'utf8')).toMatch(/^Uid:\t1009\t/m);
    expect(await factsOf(jvm.pid)).toEqual(whole);
  });

  test('as process 1 of a pid namespace: the same, also as another user', async (context) => {
    context.skip(!isRoot, 'only root makes a pid namespace without a user namespace');
    context.skip(!canMount, cannotMount);
    const launcher = ['unshare', '--pid', '--fork', '--kill-child', 'setpriv', '--reuid=1009', '--regid=1009', '--clear-groups'];
    // As in a container: where two JVMs have the same pid in one /tmp, their attach sockets have the same name.
    const mounts = 'mount -t tmpfs -o mode=1777 tmpfs /tmp';
    const jvm = await startBurst(folder, { java: java(), launcher, mounts });
    onTestFinished(() => jvm.end());
    const [pid = 0] = readChildren(jvm.pid, jvm.pid);
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^NSpid:\t\d+\t1$/m);
    expect(await factsOf(pid)).toEqual(whole);
  });
});

describe('OpenJ9', () => {
  test('is told by its library, and sent no signal: it would write a file of all its threads', async () => {
    const library = join(folder, 'libj9vm29.so');
    writeFileSync(join(folder, 'nothing.c'), 'int offheap_nothing;\n');
    await execa('cc', ['-shared', '-fPIC', join(folder, 'nothing.c'), '-o', library]);
    const jvm = await startBurst(folder, { env: { LD_PRELOAD: library } });
    onTestFinished(() => jvm.end());
    const reason = `it is OpenJ9, which does not speak the protocol of HotSpot. It tells its native memory by part itself, in the section NATIVEMEMINFO of a javacore: jcmd ${jvm.pid} Dump.java`;
    await expect(runDiagnosticCommand(jvm.pid, 'VM.version', { timeoutMs })).rejects.toThrow(
      `Could not attach to process ${jvm.pid}: ${reason}`,
    );
    const { stdout } = await offheap(['doctor', String(jvm.pid), '--format=json', '--quiet']);
    const { evidence, blindSpots } = doctorResult.parse(JSON.parse(stdout));
    expect(evidence.isJvm).toBe(true);
    expect(blindSpots.find(({ instrument }) => instrument === 'JVM')?.reason).toContain(reason);
    // At SIGQUIT this JVM would have printed its stacks.
    expect(await jvm.tell('a')).toBe('done');
    expect(existsSync(`/proc/${jvm.pid}/root/tmp/.java_pid${jvm.pid}`)).toBe(false);
  });
});

describe('a JVM whose arguments are in a file', () => {
  test('is called as jcmd calls it, by its class', async () => {
    const file = join(folder, 'arguments');
    writeFileSync(file, `-Xmx16m -cp ${folder} Burst 1 7\n`);
    const child = spawn('java', [`@${file}`], { stdio: ['pipe', 'pipe', 'inherit'] });
    onTestFinished(() => endJvm(child));
    await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
    const pid = child.pid ?? 0;
    expect(spawnSync('jcmd', ['-l'], { encoding: 'utf8' }).stdout).toContain(`${pid} Burst 1 7\n`);
    const { evidence } = doctorResult.parse(
      JSON.parse((await offheap(['doctor', 'Burst 1 7', '--format=json', '--quiet'])).stdout),
    );
    expect([evidence.pid, evidence.command]).toEqual([pid, ['java', `@${file}`, 'Burst', '1', '7']]);
    expect((await offheap(['doctor', String(pid), '--quiet'])).stdout).toMatch(new RegExp(`^Burst \\(pid ${pid}\\): JDK `));
  });
});

describe('a native image of GraalVM', () => {
  test('is told by a section of its program, and its Java heap to the byte', async () => {
    compileCorpus();
    const child = spawn(join(builtIn('.'), 'native_image'), { stdio: ['pipe', 'pipe', 'inherit'] });
    onTestFinished(async () => {
      child.stdin.end();
      await once(child, 'exit');
    });
    await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
    const { stdout, status } = await offheap(['doctor', String(child.pid), '--format=json', '--quiet']);
    const { evidence, findings } = doctorResult.parse(JSON.parse(stdout));
    expect([status, evidence.runtime, evidence.isJvm, findings.map(({ code }) => code)]).toEqual([
      0,
      'native-image',
      false,
      ['image-heap'],
    ]);
    const heap = evidence.regions.find(({ kind }) => kind === 'java heap');
    // 3 MiB built in and 83 chunks of a MiB, in a reservation of 32 GiB less the pages that nobody may touch.
    expect({ rss: heap?.rssBytes, size: heap?.sizeBytes }).toEqual({ rss: 86 * mib, size: 2 ** 35 - mib / 2 });
    expect(Object.fromEntries(heap?.largest.map(({ name, rssBytes }) => [name, rssBytes / mib]) ?? [])).toEqual({
      heap: 83,
      'image heap': 3,
    });
    expect((await offheap(['doctor', String(child.pid), '--quiet'])).stdout).toMatch(
      /^native_image \(pid \d+\): GraalVM native image, glibc /,
    );
  });

  test('that is static and without glibc cannot be walked, and says why', async (context) => {
    context.skip(!has('musl-gcc'), 'no musl-gcc (apt-get install musl-tools)');
    const program = join(folder, 'static');
    const source = join(sourcesIn('c'), 'native_image.c');
    await execa('musl-gcc', ['-static', '-no-pie', '-O1', source, '-o', program]);
    const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
    onTestFinished(async () => {
      child.stdin.end();
      await once(child, 'exit');
    });
    await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
    for (const command of ['histo', 'owners']) {
      const { status, stderr } = await offheap([command, String(child.pid)]);
      expect([status, stderr]).toEqual([
        1,
        `offheap: Expected process ${child.pid} to use glibc's malloc, but it is a static native image of GraalVM without it. Which memory is its Java heap, and which is not: offheap doctor ${child.pid}\n`,
      ]);
    }
  });
});
