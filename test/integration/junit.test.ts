import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openJdk } from '../../scripts/jdks/open.mjs';
import { cacheFolder } from '../../scripts/lib/cache.mjs';
import { loadBinding } from '../../src/native/binding.ts';
import { root } from '../cli/offheap.ts';
import { plain, preloadable } from '../fixtures/preload.ts';
import { has, skipUnless } from '../skip.ts';
import { findJavaHomes } from './java-homes.ts';

const library = 'java-junit';
const sample = 'examples/junit-maven';
const output = mkdtempSync(join(tmpdir(), 'offheap-junit-'));
afterAll(() => rmSync(output, { recursive: true }));

/** Maven and Gradle are over before C2 would pay. */
const briefly = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC';

/** Of its own: nothing that a test makes goes where the user's builds look. What is fetched stays. */
const repository = cacheFolder('maven');

async function maven(project: string, args: readonly string[]) {
  const at = ['-f', join(root, project, 'pom.xml'), `-Dmaven.repo.local=${repository}`];
  const where = [`-Doffheap.output=${join(output, 'library')}`, `-Doutput=${join(output, 'sample')}`];
  const env = { MAVEN_OPTS: `${briefly} ${process.env['MAVEN_OPTS'] ?? ''}`, OFFHEAP: '' };
  const { exitCode, stdout } = await execa('mvn', ['-B', ...at, ...where, ...args], { reject: false, env });
  return { exitCode, stdout };
}

const isUnreachable = (stdout: string) => /Could not (?:transfer|resolve)|Unknown host|offline mode/.test(stdout);
/** The last line of counts: that of all tests. */
const counts = (stdout: string) => [...stdout.matchAll(/Tests run: (.*\d)$/gm)].at(-1)?.[1];

const meter = `-Doffheap.meter=${preloadable('meter')}`;
const command = `${process.execPath} ${join(plain(root), 'bin', 'offheap.js')}`;
/** What Debian's Gradle starts the tests by, which is offline. */
const runner = 'org.junit.platform:junit-platform-runner:1.10.2';
let installed: Awaited<ReturnType<typeof maven>>;
beforeAll(async () => {
  const fetches = has('gradle') ? ['dependency:get', `-Dartifact=${runner}`] : [];
  if (has('mvn')) installed = await maven(library, [meter, 'install', ...fetches]);
});

describe('with Maven', () => {
  skipUnless(has('mvn'), 'Maven is not on PATH');

  test("the library's own tests hold behind the meter, and it is installed", ({ skip }) => {
    skip(isUnreachable(installed.stdout), 'Maven reaches no repository');
    expect(installed).toMatchObject({ exitCode: 0 });
    expect(counts(installed.stdout)).toMatch(/^\d\d, Failures: 0, Errors: 0, Skipped: 0$/);
  });

  // 17 and later are the machine's; an old one's Inflaters have finalizers.
  test.for([11, 21])('they hold on JDK %s', async (feature, { skip }) => {
    const jdk = openJdk(feature);
    if ('reason' in jdk) return skip(jdk.reason);
    skip(isUnreachable(installed.stdout), 'Maven reaches no repository');
    const { exitCode, stdout } = await maven(library, [meter, `-Djvm=${join(jdk.home, 'bin', 'java')}`, 'surefire:test']);
    expect({ exitCode, counts: counts(stdout) }, stdout.slice(stdout.indexOf('FAILURE!'))).toEqual({
      exitCode: 0,
      counts: counts(installed.stdout),
    });
  });

  describe('the sample', () => {
    let ran: Awaited<ReturnType<typeof maven>>;
    beforeAll(async () => {
      if (has('mvn'))
        ran = await maven(sample, [
          meter,
          `-Doffheap.command=${command}`,
          '-Dtest=LeakyLoaderTest,KeepingLoaderTest#keepsNothing,FixedLoaderTest',
          'test',
        ]);
    });
    beforeEach(({ skip }) => skip(isUnreachable(installed.stdout), 'Maven reaches no repository'));
    /** Of one class. */
    const countsOf = (name: string) =>
      new RegExp(`Tests run: (\\d+, Failures: \\d+, Errors: \\d+, Skipped: \\d+).* ${name}$`, 'm').exec(ran.stdout)?.[1];

    test('fails, by the tests of two loaders of three', () => {
      expect({ exitCode: ran.exitCode, counts: counts(ran.stdout) }).toEqual({
        exitCode: 1,
        counts: '5, Failures: 2, Errors: 0, Skipped: 0',
      });
    });

    test('fails on the loader that leaves its Inflaters, and names it as their holder', () => {
      const { stdout } = ran;
      expect(countsOf('example.LeakyLoaderTest')).toBe('2, Failures: 1, Errors: 0, Skipped: 0');
      const [, bytes] =
        /The test leaves ([\d,]+) bytes \(\d+ MiB\) of native memory, more than the 8,388,608 bytes/.exec(stdout) ?? [];
      // 503 Inflaters of 39,928 bytes, and what else the JVM did.
      expect(Number(bytes?.replaceAll(',', '')) / (503 * 39_928)).toBeCloseTo(1, 0);
      const [, waiting] =
        /MiB in \d+ blocks: java\.util\.zip\.Inflater\$InflaterZStreamRef ← java\.util\.zip\.Inflater\.zsRef ← example\.LeakyLoader\$EntryStream\.inf; of its \d+ objects (\d+) wait for the garbage collector/.exec(
          stdout,
        ) ?? [];
      // Those of the test, and of jars that the JVM itself has closed.
      expect(Number(waiting)).toBeGreaterThanOrEqual(503);
      expect(Number(waiting)).toBeLessThan(503 + 19);
    });

    test('fails on the loader that keeps its streams, and names the static field and the growth of each run', () => {
      expect(countsOf('example.KeepingLoaderTest')).toBe('1, Failures: 1, Errors: 0, Skipped: 0');
      expect(ran.stdout).toMatch(
        /Native memory grows by [\d,]+ bytes \(\d+ MiB\) with each run of the test, in two series of 10 runs\./,
      );
      expect(ran.stdout).toMatch(
        /\+\d+ MiB in \d+ blocks more: java\.util\.zip\.Inflater\$InflaterZStreamRef .* ← static example\.KeepingLoader\.OPENED/,
      );
    });

    test('passes on the fixed loader', () => {
      expect(countsOf('example.FixedLoaderTest')).toBe('2, Failures: 0, Errors: 0, Skipped: 0');
    });
  });

  test('without the meter it skips, with the reason; where it is required, it fails with it', async ({ skip }) => {
    skip(isUnreachable(installed.stdout), 'Maven reaches no repository');
    const reason =
      "Expected offheap's meter in this JVM, found none. Preload it: LD_PRELOAD=$(npx offheap allocators --path=meter)";
    // The tests before have compiled it.
    const skipped = await maven(sample, ['-Dtest=LeakyLoaderTest', 'surefire:test']);
    expect({ exitCode: skipped.exitCode, counts: counts(skipped.stdout) }).toEqual({
      exitCode: 0,
      counts: '2, Failures: 0, Errors: 0, Skipped: 2',
    });
    const report = await readFile(join(output, 'sample', 'surefire-reports', 'TEST-example.LeakyLoaderTest.xml'), 'utf8');
    expect(report.replaceAll('&apos;', "'")).toContain(reason);
    const required = await maven(sample, ['-Dtest=LeakyLoaderTest', '-Doffheap.required=true', 'surefire:test']);
    expect(required.exitCode).toBe(1);
    expect(required.stdout).toContain(reason);
  });
});

describe('with Gradle', () => {
  skipUnless(has('gradle') && has('mvn'), 'Gradle and Maven are not both on PATH');
  // Debian's Gradle is of 2017: it sets a security manager, which JDK 24 has no more.
  const jdk = findJavaHomes().find(({ version }) => Number.parseInt(version, 10) < 24);
  skipUnless(jdk !== undefined, 'no JDK of 17 to 23 on this machine');

  interface Ran {
    exitCode: number | undefined;
    said: string;
    /** By Gradle's task: of each test its state, by its name, in the order of their names. */
    states: Record<string, string[]>;
  }
  let ran: Ran;
  beforeAll(async () => {
    if (has('gradle') && has('mvn') && jdk !== undefined)
      ran = await gradle({ OFFHEAP_METER: preloadable('meter'), OFFHEAP: command });
  });
  beforeEach(({ skip }) => skip(isUnreachable(installed.stdout), 'Maven reaches no repository'));

  async function gradle(env: Record<string, string>): Promise<Ran> {
    const project = join(root, 'test', 'integration', 'programs', 'gradle');
    const properties = { output, sample: join(root, sample), repository };
    const given = Object.entries(properties).map(([name, value]) => `-P${name}=${value}`);
    const folders = [`--project-cache-dir=${join(output, 'gradle')}`, `--gradle-user-home=${join(output, 'gradle-home')}`];
    const args = ['--no-daemon', '--offline', '--continue', ...folders, ...given, '-p', project, 'test', 'withoutMeter'];
    const { exitCode, stdout, stderr } = await execa('gradle', args, {
      reject: false,
      env: { JAVA_HOME: join(jdk?.java ?? '', '..', '..'), GRADLE_OPTS: briefly, ...env },
    });
    const states: Ran['states'] = {};
    let task = '';
    for (const [, started, name, state] of stdout.matchAll(
      /^(?:> Task )?:(\w+)\b.*$|^example\.AllOfThem > (\S+) (PASSED|FAILED|SKIPPED)$/gm,
    )) {
      task = started ?? task;
      if (name !== undefined) states[task] = [...(states[task] ?? []), `${name} ${state}`].sort();
    }
    return { exitCode, said: `${stdout}${stderr}`, states };
  }

  test('its line puts the meter before its test JVM: the leaky loader fails with its owner, the others pass', () => {
    const { exitCode, said, states } = ran;
    expect({ exitCode, states: states['test'] }).toEqual({
      exitCode: 1,
      states: [
        'FixedLoaderTest.keepsNothing() PASSED',
        'FixedLoaderTest.leavesNothingToTheCollector() PASSED',
        'LeakyLoaderTest.keepsNothing() PASSED',
        'LeakyLoaderTest.leavesNothingToTheCollector() FAILED',
      ],
    });
    expect(said).toMatch(
      /MiB in \d+ blocks: java\.util\.zip\.Inflater.* ← example\.LeakyLoader\$EntryStream\.inf; of its \d+ objects 5(0[3-9]|1\d|2[01]) wait/,
    );
  });

  test('without the variable all are skipped', () => {
    const { said, states } = ran;
    expect(states['withoutMeter']?.map((state) => state.split(' ')[1])).toEqual(['SKIPPED', 'SKIPPED', 'SKIPPED', 'SKIPPED']);
    // Of the other task alone.
    expect(said.match(/^Execution failed for task '.*'\.$|^\* What went wrong:$/gm)).toEqual([
      '* What went wrong:',
      "Execution failed for task ':test'.",
    ]);
  });
});

test('the reader in Java has the layout of this page', () => {
  const source = readFileSync(join(root, library, 'src/main/java/io/offheap/junit/CounterPage.java'), 'utf8');
  const constant = (name: string) => Number(new RegExp(`int ${name} = ([\\d_]+);`).exec(source)?.[1]?.replaceAll('_', ''));
  const { version, cellCount, fields } = loadBinding().counterPage;
  const cellOf = (field: string) => fields.find(({ name }) => name === field);
  const live = cellOf('live_sizes');
  expect({
    version: constant('VERSION'),
    cellCount: constant('CELL_COUNT'),
    liveBytes: constant('LIVE_USABLE_BYTES'),
    peakBytes: constant('PEAK_LIVE_USABLE_BYTES'),
    liveSizes: constant('LIVE_SIZES'),
    totalSizes: constant('TOTAL_SIZES'),
    buckets: constant('BUCKETS'),
  }).toEqual({
    version,
    cellCount,
    liveBytes: cellOf('live_usable_bytes')?.firstCell,
    peakBytes: cellOf('peak_live_usable_bytes')?.firstCell,
    liveSizes: live?.firstCell,
    totalSizes: cellOf('total_sizes')?.firstCell,
    buckets: live?.width,
  });
});
