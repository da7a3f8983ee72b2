import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { compileWhenNewer } from '../compile-when-newer.ts';
import { sameEverywhere } from '../compiler-flags.ts';
import { compileScan, scan } from './owners/scan.ts';

const folder = fileURLToPath(new URL('owners', import.meta.url));
const built = fileURLToPath(new URL('../../build/test-programs', import.meta.url));
const compile = (name: string, output: string, ...flags: string[]) => {
  const source = join(folder, `${name}.c`);
  return compileWhenNewer(join(built, output), [source], 'cc', [
    ...sameEverywhere,
    '-O1',
    '-Wall',
    '-Wextra',
    '-Werror',
    ...flags,
    source,
  ]);
};

let program = '';
let library = '';
let jvm = '';
beforeAll(() => {
  program = compileScan('address,undefined');
  library = compile('fake_libjvm', 'fake_libjvm.so', '-shared', '-fPIC');
  jvm = compile('fake_jvm', 'fake_jvm', '-ldl');
});

/** A process with a libjvm.so that lies in that way. */
async function start(way: string): Promise<{ pid: number; file: string }> {
  const place = mkdtempSync(join(tmpdir(), 'offheap-fake-jvm-'));
  const file = join(place, 'libjvm.so');
  copyFileSync(library, file);
  const child = spawn(jvm, [file], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, FAKE_JVM: way } });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(place, { recursive: true, force: true });
  });
  await once(child.stdout, 'data');
  return { pid: child.pid ?? 0, file };
}

test.each(['endless', 'nowhere', 'stride'])('tables that are wrong are not read: %s', async (way) => {
  const { pid } = await start(way);
  expect(scan(pid, ['abc'], program)).toMatchObject({ status: 0, why: 'its tables could not be read' });
});

test('lists that go round end, and counts without end', async () => {
  const { pid } = await start('circle');
  const look = scan(pid, ['abc'], program);
  expect(look, look.output).toMatchObject({ status: 0, classes: 3, of: { abc: { objects: 0 } } });
});

test('fields are listed by the places of flags that the JVM tells, each with what is written behind it', async () => {
  const { pid } = await start('fields');
  expect(scan(pid, ['abc'], program).statics).toEqual(['abc.one 16', 'abc.two 20', 'abc.three 24']);
});

/** What test/native/owners/fake_libjvm.c says, and no more. */
test('a JVM of JDK 8 says where it has its memory, and a list that goes round is gone through once', async () => {
  const { pid } = await start('old');
  expect(scan(pid, [], program).places).toEqual([
    '10000000-20000000 heap',
    '30000000-30080000 gc',
    '40000000-40800000 metaspace',
    '51000000-51400000 gc',
    '52000000-52400000 gc',
    '53000000-53400000 gc',
    '60000000-6f000000 code',
    '70000000-70003000 code',
  ]);
});

test('of structures that contradict each other none is taken', async () => {
  const { pid } = await start('contradictory');
  expect(scan(pid, [], program).places).toEqual(['10000000-20000000 heap', '70000000-70003000 code']);
});

test('a file that was cut is no libjvm.so', async () => {
  const { pid, file } = await start('circle');
  for (const bytes of [4000, 100, 10, 0]) {
    truncateSync(file, bytes);
    const { status, why } = scan(pid, [], program);
    expect({ status, why: why ?? '' }).toEqual({
      status: 0,
      why: expect.stringMatching(/^(no libjvm\.so|its tables could not be read)$/),
    });
  }
});

test('a process without libjvm.so has none', () => {
  expect(scan(process.pid, [], program)).toMatchObject({ status: 0, why: 'no libjvm.so' });
});
