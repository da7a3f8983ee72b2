import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compare } from '../../src/index.ts';
import { resultFile } from '../../src/model/result.ts';
import { offheap } from '../cli/offheap.ts';
import { leftBehind, longSleep } from './compare-programs.ts';
import { findAnyJavaHomes } from './java-homes.ts';
import { copyPrograms } from './java-programs.ts';

let folder: string;
const raw = () => join(folder, 'raw.json');
const driven = ['--quiet', '--settle=100ms', '--ready=up', '--duration=100ms'];
const quick = [...driven, '--format=json', '--repeats=1'];
/** Holds so many MiB until it is ended. */
const holding = (mib: number, mark: string) =>
  `import time; held = b"x" * (${mib} << 20); print("up", flush=True); time.sleep(${mark})`;
const python = (mib: number, mark: string) => `python3 -c '${holding(mib, mark)}'`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offheap-variants-'));
  copyPrograms(folder, 'Idle');
});
afterAll(() => rm(folder, { recursive: true }));

async function compareVariants(args: readonly string[]) {
  const { status, stdout, stderr } = await offheap(['compare', ...quick, `--results=${raw()}`, ...args]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return resultFile.parse(JSON.parse(stdout));
}

test('two programs: each runs its own command under glibc, the first is the reference, and the difference is what they differ by', async () => {
  const variants = [`--variant=small: ${python(17, '611')}`, `--variant=large: ${python(117, '611')}`];
  const { cells, plan, host, summary } = await compareVariants(['--repeats=2', '--seed=5', ...variants]);
  expect(cells.map(({ configuration, repeat, state, allocator }) => [configuration, repeat, state, allocator]).sort()).toEqual([
    ['large', 1, 'ok', 'glibc'],
    ['large', 2, 'ok', 'glibc'],
    ['small', 1, 'ok', 'glibc'],
    ['small', 2, 'ok', 'glibc'],
  ]);
  const settings = { env: {}, jvmFlags: [] };
  expect(plan).toMatchObject({
    reference: 'small',
    scenario: { command: ['python3', '-c', holding(17, '611')], ready: 'up', durationMs: 100 },
    configurations: [
      { key: 'small', allocator: 'glibc', settings, program: { command: ['python3', '-c', holding(17, '611')] } },
      { key: 'large', allocator: 'glibc', settings, program: { command: ['python3', '-c', holding(117, '611')] } },
    ],
  });
  for (const { command, configuration, provenance } of cells) {
    expect(command).toEqual(['python3', '-c', holding(configuration === 'small' ? 17 : 117, '611')]);
    expect(provenance?.verified).toBe(true);
  }
  expect(host).not.toHaveProperty('jdk');
  const [small, large] = summary;
  expect(small).not.toHaveProperty('comparison');
  const difference = large?.comparison?.settledDifferenceBytes.mean ?? Number.NaN;
  expect(large?.comparison?.reference).toBe('small');
  // An interpreter differs from itself by some pages.
  expect(Math.abs(difference / 2 ** 20 - 100)).toBeLessThan(2);
});

test('--reference names another, and what is smaller than it is recommended with its command', async () => {
  const variants = [`--variant=small: ${python(17, '612')}`, `--variant=large: ${python(117, '612')}`];
  const { status, stdout } = await offheap(['compare', ...driven, `--results=${raw()}`, '--reference=large', ...variants], {
    COLUMNS: '400',
  });
  expect(status).toBe(0);
  expect(stdout).toMatch(/^small: python3 -c 'import .*; large: python3 -c /);
  expect(stdout).toMatch(
    /\nRecommendation: small\. It settles at \d+ MiB, (99|100|101) MiB \(\d\d %\) less than large per replica \[\d+, \d+\]; /,
  );
  expect(stdout).toContain(`\n  command     python3 -c '${holding(17, '612')}'\n`);
  expect(stdout).not.toContain('glibc,');
});

test('a variant that ends too early fails, and the others are measured', async () => {
  const args = [`--variant=good: ${python(1, '613')}`, "--variant=bad: sh -c 'echo gone; exit 7'"];
  const { status, stdout } = await offheap(['compare', ...quick, `--results=${raw()}`, ...args]);
  const { cells } = resultFile.parse(JSON.parse(stdout));
  expect(status).toBe(1);
  expect(cells.map(({ configuration, state, reason }) => [configuration, state, reason])).toEqual([
    ['good', 'ok', undefined],
    ['bad', 'failed', 'The program ended with status 7 before its first phase. It said last: gone'],
  ]);
});

test('--resume goes on with the same variants, and refuses others', async () => {
  const variants = (mib: number) => [`--variant=a: ${python(3, '614')}`, `--variant=b: ${python(mib, '614')}`];
  const whole = await compareVariants(variants(5));
  await writeFile(raw(), JSON.stringify({ ...whole, complete: false, cells: whole.cells.slice(0, 1) }));
  const resumed = await compareVariants([...variants(5), `--resume=${raw()}`]);
  expect(resumed.cells).toHaveLength(2);
  expect(resumed.cells[0]).toEqual(whole.cells[0]);
  const { status, stderr } = await offheap(['compare', ...quick, ...variants(7), `--resume=${raw()}`]);
  expect(status).toBe(2);
  expect(stderr).toMatch(/^offheap: Expected --resume to name a result of the same plan, but its configurations is another\./);
  expect(JSON.parse(await readFile(raw(), 'utf8')).cells).toHaveLength(2);
});

test('JVM flags of the configuration are for the variants that are JVMs; a wrapper is measured as its JVM', async () => {
  const idle = `-cp ${folder} Idle up 600`;
  const args = [
    '--allocator=glibc-trim',
    `--variant=direct: java -Xmx64m ${idle}`,
    `--variant=wrapped: sh -c 'java -Xmx64m ${idle}; exit 1'`,
    `--variant=other: ${longSleepThatIsUp}`,
  ];
  const { cells } = await compareVariants(args);
  expect(cells.map(({ configuration, state, reason }) => [configuration, state, reason])).toEqual([
    ['direct', 'ok', undefined],
    ['wrapped', 'ok', undefined],
    ['other', 'skipped', 'It sets JVM flags, and the program is no JVM.'],
  ]);
  expect(cells.slice(0, 2).map(({ provenance }) => provenance?.jvmFlags)).toEqual([
    ['-XX:TrimNativeHeapInterval=1000'],
    ['-XX:TrimNativeHeapInterval=1000'],
  ]);
  expect(cells[1]?.notes).toContainEqual(expect.stringMatching(/^measured process \d+, the JVM that the command has started/));
  expect(await leftBehind(longSleep(615))).toBe(0);
});

const longSleepThatIsUp = `sh -c 'echo up; exec ${longSleep(615)}'`;

test('two JDKs: each cell is of its own, the plan names both, and a flag that one lacks skips that one', async ({ skip }) => {
  const homes = findAnyJavaHomes();
  const [oldest, newest] = [homes[0], homes.find(({ version }) => version !== homes[0]?.version)];
  if (!newest || !oldest) return skip('one JDK on this machine: --variant compares two');
  const idle = ['-Xmx64m', '-cp', folder, 'Idle', 'up', '600'];
  const variants = { old: [oldest.java, ...idle], new: [newest.java, ...idle] };
  const options = { ready: 'up', durationMs: 50, settleMs: 50, repeats: 1 };
  const { plan, host, cells } = await compare({ variants, ...options });
  expect(cells.map(({ configuration, state, reason, command }) => [configuration, state, reason, command?.[0]])).toEqual([
    ['old', 'ok', undefined, oldest.java],
    ['new', 'ok', undefined, newest.java],
  ]);
  expect(plan?.configurations.map(({ program }) => program?.jdk?.home)).toEqual(
    [oldest, newest].map(({ java }) => java.replace(/\/bin\/java$/, '')),
  );
  expect(host).not.toHaveProperty('jdk');
  const flagged = await compare({ variants, ...options, configurations: ['mine=glibc', '-XX:NoSuchFlagOfAny=1'] });
  expect(flagged.cells.map(({ state }) => state)).toEqual(['skipped', 'skipped']);
  expect(flagged.cells.map(({ reason }) => reason)).toEqual(
    [oldest, newest].map(({ version }) => expect.stringMatching(`^JDK ${version} has no NoSuchFlagOfAny\\. `)),
  );
});
