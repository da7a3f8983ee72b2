import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GuardReport, guardReport } from '../../src/model/guard.ts';
import { offheapInTurn } from '../cli/in-turn.ts';
import { reproJar } from './java-process.ts';

/** How its process starts and ends is no matter here. */
const offheap = offheapInTurn();

let folder: string;
let jars: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offheap-guard-'));
  jars = (await offheap(['scan-set', '--quiet'])).stdout.trim();
});
afterAll(() => rm(folder, { recursive: true }));

/** The reproducer as a user's program: it announces its phases and waits at each. */
const scan = (loader: string, streams: number) => [
  ...['java', '-Xms384m', '-Xmx384m', '-Xmn320m', '-XX:+UseG1GC', '-XX:TieredStopAtLevel=1', '-jar', reproJar],
  ...['scan', '--step', `--jars=${jars}`, `--loader=${loader}`, `--streams=${streams}`, '--settle-ms=500'],
];

function guard(bounds: string[], command: string[], env: Record<string, string> = {}) {
  const own = ['--quiet', '--step', `--results=${join(folder, 'raw.json')}`, `--junit=${join(folder, 'guard.xml')}`];
  return offheap(['guard', ...own, ...bounds, '--', ...command], env);
}

const junit = () => readFile(join(folder, 'guard.xml'), 'utf8');

test('a loader that leaves its Inflaters to the GC breaks the bound: status 3, a line, an annotation, a failure', async () => {
  const { status, stdout, stderr } = await guard(['--max-retained=64MB', '--max-settled=1g'], scan('leaky', 20_011), {
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
    scan('fixed', 8009),
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout.match(/^kept/gm)?.length).toBe(3);
  expect(await junit()).toContain('tests="3" failures="0" errors="0"');
});

test('what was not measured is not kept: status 1', async () => {
  const { status, stdout } = await guard(
    ['--max-growth=1MB/min', '--max-settled=1g', '--max-metric', 'p99=3'],
    scan('fixed', 8009),
  );
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

describe('with a baseline', () => {
  /** Times of a tenth of a second are a busy machine's. */
  const anyTime = ['cpu-time=1000%'];
  const waits = ['--ready=@ready', '--duration=100ms', '--settle=100ms', '--quiet'];
  /** Holds so many MiB, and up to 256 KiB more by chance. */
  const holding = (mib: number) => [
    'python3',
    '-c',
    `import random, time; held = b"x" * ((${mib} << 20) + random.randrange(1 << 18)); print("@metric held=${mib} better=lower"); print("@ready", flush=True); time.sleep(600)`,
  ];
  const file = () => join(folder, 'baseline.json');
  const run = (args: string[], command: string[]) => offheap(['guard', ...waits, ...args, '--', ...command]);
  const against = (limits: string[], command: string[], ...more: string[]) =>
    run(
      [
        ...limits.map((limit) => `--max-regression=${limit}`),
        `--baseline=${file()}`,
        `--results=${join(folder, 'now.json')}`,
        ...more,
      ],
      command,
    );

  beforeAll(async () => {
    const { status } = await run(['--max-settled=1g', '--repeats=3', `--results=${file()}`], holding(101));
    expect(status).toBe(0);
  });

  test('the same program again keeps it: status 0, and each quantity with its interval', async () => {
    const { status, stdout, stderr } = await against(['10%', ...anyTime], holding(101), '--repeats=3');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^baseline of 20\d\d-\S+Z, 3 runs$/m);
    expect(stdout.match(/^kept +(\S+) /gm)?.map((line) => line.split(/ +/)[1])).toEqual([
      ...['settled', 'retained', 'live', 'peak', 'cpu-time', 'held'],
    ]);
    expect(stdout).toMatch(
      /^kept +settled \S+ % \[\S+ %, \S+ %\]: \S+ MiB, baseline \S+ MiB, keeps --max-regression=settled=10 %$/m,
    );
  });

  test('one that holds 31 MiB more breaks it: status 3, by how much, and a failure of JUnit', async () => {
    const { status, stdout } = await against(
      ['10%', 'held=50%', ...anyTime],
      holding(132),
      '--repeats=3',
      '--format=json',
      `--junit=${join(folder, 'guard.xml')}`,
    );
    expect(status).toBe(3);
    const report = guardReport.parse(JSON.parse(stdout));
    expect(report.repeats).toBe(3);
    expect(report.baseline?.runs).toBe(3);
    expect(report.baseline?.cautions).toEqual([expect.stringMatching(/^Another program: /)]);
    const states = Object.fromEntries((report.regressions ?? []).map(({ quantity, state }) => [quantity, state]));
    expect(states).toMatchObject({ settled: 'broken', live: 'broken', peak: 'broken', retained: 'kept', held: 'kept' });
    const settled = report.regressions?.find(({ quantity }) => quantity === 'settled');
    expect((settled?.difference?.low ?? 0) / 2 ** 20).toBeGreaterThan(29);
    expect((settled?.difference?.high ?? 0) / 2 ** 20).toBeLessThan(33);
    expect(await junit()).toMatch(/tests="6" failures="3" errors="0"/);
  });

  test('one run has no interval, and is judged as it is', async () => {
    const { status, stdout } = await against(['settled=10%'], holding(132));
    expect(status).toBe(3);
    expect(stdout).toMatch(/^broken +settled \+\d\d(\.\d)? % \(one run, no interval\): /m);
  });

  test('too few runs to tell are undecided: status 1, and what would decide it', async () => {
    const base = JSON.parse(await readFile(file(), 'utf8'));
    await writeFile(join(folder, 'two.json'), JSON.stringify({ ...base, cells: base.cells.slice(0, 2) }));
    const { status, stdout } = await run(
      [
        '--repeats=2',
        '--max-regression=settled=10%',
        `--baseline=${join(folder, 'two.json')}`,
        `--results=${join(folder, 'now.json')}`,
      ],
      holding(101),
    );
    expect(status).toBe(1);
    expect(stdout).toMatch(/^undecided +settled .*: 2 runs against 2 have no interval; 3 on both sides have one$/m);
  });

  test('a bound holds for the median of the runs, and Markdown is a table', async () => {
    const { status, stdout } = await run(
      ['--max-settled=1g', '--repeats=3', '--format=markdown', `--results=${join(folder, 'now.json')}`],
      holding(3),
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\| kept +\| settled \S+ MiB \(median of 3, \S+ MiB to \S+ MiB\) keeps --max-settled=1,024 MiB \|$/m);
  });

  test('a run that fails leaves nothing to compare: status 1, and which run', async () => {
    const marker = join(folder, 'second');
    const failsAtSecond = ['sh', '-c', `test -e ${marker} && exit 7; : >${marker}; echo @ready; sleep 600; exit 0`];
    const { status, stdout } = await against(['10%'], failsAtSecond, '--repeats=3');
    expect(status).toBe(1);
    expect(stdout).toContain('failed. Run 2 of 3: The program ended with status 7 before its first phase.');
  });

  test('what cannot be compared is refused before anything runs: status 2', async () => {
    const refusal = async (args: string[]) => {
      const { status, stderr } = await against(['10%'], holding(1), ...args);
      return [status, stderr];
    };
    const sentence = (reason: string) =>
      `offheap: Expected --baseline to be a result of the same plan, but ${reason}. Make one by this command with --results=FILE, or change what differs.\n`;
    expect(await refusal(['--settle=200ms'])).toEqual([2, sentence('its --settle is another')]);
    expect(await refusal(['--no-meter'])).toEqual([2, sentence('it was measured with the meter')]);
    expect(await refusal(['--allocator=jemalloc'])).toEqual([2, sentence('it has no run under jemalloc, but under glibc')]);
  });
});

test('wrong usage', async () => {
  const usage = async (...args: string[]) => (await offheap(['guard', ...args, '--', 'true'])).stderr;
  expect(await usage()).toMatch(/^offheap: Expected at least one bound/);
  expect(await usage('--max-regression=5%')).toBe(
    'offheap: Expected --max-regression with --baseline=FILE, a raw result of guard or compare.\n',
  );
  expect(await usage('--baseline=x.json')).toBe(
    'offheap: Expected --baseline with --max-regression, such as --max-regression=5%.\n',
  );
  for (const text of ['5', '0%', 'x', 'settled=', '=5%'])
    expect(await usage('--baseline=x.json', `--max-regression=${text}`)).toBe(
      `offheap: Expected --max-regression to be a share such as 5% or settled=3%, got "${text}".\n`,
    );
  expect(await usage('--baseline=/no/such.json', '--max-regression=5%')).toMatch(
    /^offheap: Expected a result file, but "\/no\/such.json"/,
  );
  expect(await usage('--max-settled=1g', '--repeats=101')).toMatch(
    /^offheap: Expected --repeats to be a whole number from 1 to 100/,
  );
  expect(await usage('--max-growth=1MB')).toMatch(/^offheap: Expected --max-growth to be a rate such as 1MB\/min, got "1MB"/);
  expect(await usage('--max-settled=x')).toMatch(/^offheap: Expected --max-settled to be a size/);
  expect(await usage('--min-returned=2')).toMatch(/^offheap: Expected --min-returned to be a share such as 75%/);
  expect(await usage('--max-settled=1g', '--allocator=glibc,jemalloc')).toMatch(
    /^offheap: Expected guard to run one configuration/,
  );
});
