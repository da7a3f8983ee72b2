import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GuardReport } from '../../src/model/guard.ts';
import { offheap } from '../cli/offheap.ts';
import { reproJar } from './java-process.ts';

let folder: string;
let jars: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offheap-guard-'));
  jars = (await offheap(['scan-set', '--quiet'])).stdout.trim();
});
afterAll(() => rm(folder, { recursive: true }));

/** The reproducer as a user's program: it announces its phases and waits at each. */
const scan = (loader: string) => [
  ...['java', '-Xms384m', '-Xmx384m', '-Xmn320m', '-XX:+UseG1GC', '-jar', reproJar],
  ...['scan', '--step', `--jars=${jars}`, `--loader=${loader}`, '--settle-ms=500'],
];

function guard(bounds: string[], command: string[], env: Record<string, string> = {}) {
  const own = ['--quiet', '--step', `--results=${join(folder, 'raw.json')}`, `--junit=${join(folder, 'guard.xml')}`];
  return offheap(['guard', ...own, ...bounds, '--', ...command], env);
}

const junit = () => readFile(join(folder, 'guard.xml'), 'utf8');

test('a loader that leaves its Inflaters to the GC breaks the bound: status 3, a line, an annotation, a failure', async () => {
  const { status, stdout, stderr } = await guard(['--max-retained=64MB', '--max-settled=1g'], scan('leaky'), {
    GITHUB_ACTIONS: 'true',
  });
  expect(status).toBe(3);
  // What this machine is busy with beside it is no part of a test.
  expect(stdout.split('\n').filter((line) => !line.startsWith('Other work'))).toEqual([
    expect.stringContaining('--loader=leaky'),
    expect.stringMatching(
      /^broken {3}retained \d{3} MiB breaks --max-retained=64 MiB\. Malloc kept it free: a trim gave back \d{3} MiB\.$/,
    ),
    expect.stringMatching(/^kept {5}settled \d{3} MiB keeps --max-settled=1,024 MiB$/),
    '',
  ]);
  expect(stderr).toMatch(
    /^::error title=offheap guard::retained \d{3} MiB breaks --max-retained=64 MiB\. Malloc kept it free: a trim gave back \d{3} MiB\.\n$/,
  );
  expect(await junit()).toMatch(/tests="2" failures="1" errors="0"[\s\S]*<failure message="retained \d{3} MiB breaks/);
});

test('a loader that ends its Inflaters keeps it: status 0', async () => {
  const { status, stdout, stderr } = await guard(
    ['--max-retained=64MB', '--max-settled=1g', '--max-live-growth=32m'],
    scan('fixed'),
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout.match(/^kept/gm)?.length).toBe(3);
  expect(await junit()).toContain('tests="3" failures="0" errors="0"');
});

test('what was not measured is not kept: status 1', async () => {
  const { status, stdout } = await guard(['--max-growth=1MB/min', '--max-settled=1g', '--max-metric', 'p99=3'], scan('fixed'));
  expect(status).toBe(1);
  expect(stdout.match(/^unknown +\S+ was not measured/gm)?.length).toBe(2);
});

test('a program that fails is no kept bound either: status 1, and its words, as JSON', async () => {
  const { status, stdout } = await guard(['--max-settled=1g', '--format=json'], ['sh', '-c', 'echo "no <config>"; exit 4']);
  expect(status).toBe(1);
  const report: GuardReport = JSON.parse(stdout);
  expect(report).toMatchObject({ schemaVersion: 1, state: 'failed', verdicts: [] });
  expect(report.reason).toMatch(/^The program ended with status 4 before its first phase\. It said last: no <config>$/);
  expect(await junit()).toContain('It said last: no &lt;config&gt;');
});

test('wrong usage', async () => {
  const usage = async (...args: string[]) => (await offheap(['guard', ...args, '--', 'true'])).stderr;
  expect(await usage()).toMatch(/^offheap: Expected at least one bound/);
  expect(await usage('--max-growth=1MB')).toMatch(/^offheap: Expected --max-growth to be a rate such as 1MB\/min, got "1MB"/);
  expect(await usage('--max-settled=x')).toMatch(/^offheap: Expected --max-settled to be a size/);
  expect(await usage('--min-returned=2')).toMatch(/^offheap: Expected --min-returned to be a share such as 75%/);
  expect(await usage('--max-settled=1g', '--allocator=glibc,jemalloc')).toMatch(
    /^offheap: Expected guard to run one configuration/,
  );
});
