import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openJdk } from '../../scripts/jdks/open.mjs';
import { checkProcess } from '../../scripts/matrix/checks.mjs';
import { compileKnown, heapFlags } from '../../scripts/matrix/program.mjs';
import { offheap } from '../cli/offheap.ts';
import { listen } from '../corpus/said.ts';
import { endJvm } from '../end-jvm.ts';

const jdks = [11, 21];
let classes: string;

beforeAll(async () => {
  classes = await mkdtemp(join(tmpdir(), 'offheap-known-'));
  expect(compileKnown(classes)).toBe(true);
});
afterAll(() => rm(classes, { recursive: true }));

async function startKnown(java: string, flags: readonly string[] = []): Promise<number> {
  const child = spawn(java, [...heapFlags, ...flags, '-cp', classes, 'Known'], {
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => endJvm(child));
  const said = listen(child);
  if ((await said.first('@phase ready')) === undefined) throw new Error(`the JVM ended before it was ready${said.failure()}`);
  return child.pid ?? 0;
}

/** The JDKs of the machine have the other tests; npm run test:matrix has each JDK on each glibc. */
test.for(jdks)(
  'JDK %s of PyPI: what doctor, owners, histo, --gc and --trim say of a program of which all is known',
  async (feature, { skip }) => {
    const jdk = openJdk(feature);
    if ('reason' in jdk) return skip(jdk.reason);
    const report = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
    const glibc = report.header.glibcVersionRuntime;
    if (glibc === undefined) return skip('it is linked with glibc, and this machine has another libc');
    const pid = await startKnown(join(jdk.home, 'bin', 'java'));
    const checks = checkProcess(pid, { feature, glibc, hasNmt: false });
    expect(Object.fromEntries(Object.entries(checks).map(([name, { faults }]) => [name, faults]))).toEqual({
      ...{ doctor: [], owners: [], histo: [] },
      ...{ '--gc': [], '--trim': [] },
    });
  },
);

test('a path that leads nowhere is missing, though an option of a JVM has it', async () => {
  const path = join(classes, 'nowhere', 'hs_err_pid77.log');
  await startKnown('java', [`-XX:ErrorFile=${path}`]);
  const { status, stdout, stderr } = await offheap(['doctor', path]);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^offheap: Expected a file to read at ".*hs_err_pid77\.log", but it does not exist\.\n$/);
});
