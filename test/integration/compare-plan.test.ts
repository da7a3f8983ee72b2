import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolveJdk } from '../../src/jvm/java-home.ts';
import { resultFile } from '../../src/model/result.ts';
import { execaRunner } from '../../src/process/execa-runner.ts';
import { offheap } from '../cli/offheap.ts';
import { compile } from '../native/preloaded.ts';

let folder: string;
const raw = () => `--results=${join(folder, 'raw.json')}`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offheap-plan-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('--java runs that JDK in the place of the java that the command begins with', async () => {
  const { home, version } = await resolveJdk(undefined, execaRunner);
  const args = ['--quiet', '--format=json', '--allocator=glibc', raw(), `--java=${home}`, '--ready=openjdk', '--duration=1s'];
  const { stdout } = await offheap(['compare', ...args, '--', 'java', '-version']);
  const result = resultFile.parse(JSON.parse(stdout));
  expect(result.cells[0]?.command).toEqual([join(home, 'bin', 'java'), '-version']);
  expect(result.host.jdk).toMatchObject({ home, version });
  expect(await offheap(['guard', '--max-settled=1g', '--java=/nowhere', '--', 'java', '-version'])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('Expected --java to be the folder of a JDK, but "/nowhere/bin/java" does not exist.'),
  });
  expect(await offheap(['fit', `--java=${home}`, '--', 'sleep', '1'])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('Expected the command to begin with java, whose place --java takes, got "sleep".'),
  });
});

test('what the host lacks is said once, and progress says how long it takes', async () => {
  const args = [
    '--allocator=glibc,gone=jemalloc,away=jemalloc',
    '--repeats=2',
    '--seed=7',
    raw(),
    '--ready=ready',
    '--duration=1s',
    '--settle=1s',
  ];
  const { stdout, stderr } = await offheap(['compare', ...args, '--', compile('grow_steadily'), 'churn', '1', '900'], {
    OFFHEAP_JEMALLOC_LIBRARY: '/nowhere/libjemalloc.so.2',
  });
  const said = stdout.replaceAll('\n', ' ');
  expect(said.match(/skipped\./g)).toEqual(['skipped.']);
  expect(said).toMatch(/(gone, away|away, gone): skipped\. \S/);
  const lines = stderr.split('\n').filter((line) => line.includes('glibc ('));
  expect(lines.filter((line) => !line.includes(' left')).length).toBe(4);
  expect(lines.filter((line) => line.includes(' left')).length).toBe(4);
  for (const line of lines.filter((one) => one.includes(' left')))
    expect(line).toMatch(/^- glibc \(4 of 4\)(: \w+, RSS \d+ MiB)?; about \d+ s left$/);
});
