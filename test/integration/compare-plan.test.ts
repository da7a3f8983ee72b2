import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configurationsOf } from '../../src/allocators/configurations.ts';
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

test('--dry-run prints the plan and how long it takes, and starts nothing', async () => {
  const started = join(folder, 'started');
  const command = ['sh', '-c', `echo >> ${started}; echo ready; sleep 97`];
  const own = [
    'compare',
    '--allocator=glibc,gone=jemalloc',
    '--ready=ready',
    '--steady=0',
    '--duration=1s',
    '--settle=1s',
    '--repeats=3',
  ];
  const env = { OFFHEAP_JEMALLOC_LIBRARY: '/nowhere/libjemalloc.so.2', XDG_CACHE_HOME: folder };
  const planned = await offheap([...own, '--dry-run', '--timeout=1m', '--', ...command], env);
  expect({ status: planned.status, stderr: planned.stderr }).toEqual({ status: 0, stderr: '' });
  const said = planned.stdout.replaceAll('\n', ' ');
  expect(said).toMatch(/│ glibc +│ – +│ \S+libc\.so\.6, 2\.\d+ +│/);
  expect(said).toMatch(/│ gone +│ – +│ skipped +│/);
  expect(said).toMatch(/gone: skipped\. .*Run: apt-get install \S+/);
  expect(said).toContain(
    'baseline   when it is ready: ready   loaded     1.0 s later   settled    1.0 s later; then comes SIGTERM',
  );
  expect(said).toContain(
    '3 rounds of 1 cell. A round takes at least 2 s, which offheap itself waits, and at most 70 s, by the time-out of 1 min a cell (--timeout). All rounds take at most 4 min.',
  );
  expect(existsSync(started)).toBe(false);

  const run = await offheap([...own, '--quiet', raw(), '--timeout=1m', '--', ...command], env);
  expect(run.status).toBe(0);
  const again = await offheap([...own, '--dry-run', `--resume=${join(folder, 'raw.json')}`, '--', ...command], env);
  expect(again.stdout.replaceAll('\n', ' ')).toMatch(
    /3 rounds of 1 cell\. As long as in \S+raw\.json \(3 cells, \d\.\d s each in the median\): \d+ s a round, \d+ s in all\./,
  );
  expect((await readFile(started, 'utf8')).length).toBe(3);

  const other = await offheap([...own, '--dry-run', '--format=json', '--', ...command], env);
  expect(other).toMatchObject({ status: 2, stderr: expect.stringContaining('Expected no --format with --dry-run') });
});

test('variants have a plan, each with its own command', async () => {
  const variants = ['--variant=old: sleep 97', '--variant=new: sleep 101'];
  const { stdout, stderr } = await offheap([
    'compare',
    '--dry-run',
    ...variants,
    '--ready=tcp:9',
    '--duration=1s',
    '--max-repeats=7',
  ]);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/│ old +│ sleep 97 +│ – +│/);
  expect(stdout).toMatch(/│ new +│ sleep 101 +│ – +│/);
  expect(stdout.replaceAll('\n', ' ')).toContain('Up to 7 rounds of 2 cells, until it is decided.');
});

test('guard and repro have a plan as well', async () => {
  const guarded = await offheap(['guard', '--dry-run', '--max-settled=1g', '--ready=tcp:9', '--', 'sleep', '97']);
  expect(guarded.stdout).toContain('One round of 1 cell.');
  const repro = await offheap(['repro', '--dry-run', '--allocator=glibc,mmap', '--repeats=2', '--settle=7s']);
  expect(repro.stdout.replaceAll('\n', ' ')).toMatch(/2 rounds of 2 cells\. (As long as in|A round takes at least 14 s)/);
  const ofAll = await offheap(['repro', '--dry-run', '--allocator=all']);
  const rows = [...ofAll.stdout.matchAll(/^│ ([a-z][\w-]*) /gm)].map(([, key]) => key);
  expect(rows.filter((key) => key !== 'configuration')).toEqual(configurationsOf(undefined).map(({ key }) => key));
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
