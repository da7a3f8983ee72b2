import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { findJavaHomes, type JavaHome } from './java-homes.ts';
import { briefFlags, ensureScanSet, projectRoot, repro, reproJar } from './java-process.ts';

const [home] = findJavaHomes() as [JavaHome];
/** Of a JVM that ends as soon as it has read its options. */
const smallFlags = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmx64m'];

test.each<[string, string]>([
  ['', 'Expected a command (build-scan-set or scan), found none.'],
  ['scna', 'Unknown command "scna". Did you mean scan?'],
  ['build-scan-set', 'Expected --output=PATH, found no such option.'],
  ['scan', 'Expected --jars=PATH, found no such option.'],
  ['scan --jars=', 'Expected a value for --jars, found an empty one.'],
  ['scan --laoder=fixed', 'Unknown option "--laoder". Did you mean --loader?'],
  [
    'scan --jars=x --loader=leeky',
    'Expected --loader to be one of leaky, half, fixed, jdk, boot, found "leeky". Did you mean leaky?',
  ],
  ['scan --jars=x --scan=everything', 'Expected --scan to be one of none, package, all, found "everything".'],
  ['scan --jars=x --threads=many', 'Expected --threads to be a whole number from 1 to 1024, found "many".'],
  ['scan --streams=0', 'Expected --streams to be a whole number from 1 to 50000000, found "0".'],
  ['scan --passes=1000 --streams=1000000', 'Expected --passes times --streams to be at most 50000000, found 1000000000.'],
  ['scan --threads', 'Expected a value for --threads, as in --threads=VALUE, found none.'],
  ['scan --step=yes', 'Expected --step without a value, found "--step=yes".'],
])('wrong usage: "%s"', async (line, sentence) => {
  const { stdout, stderr, exitCode } = await repro(home, line.split(' ').filter(Boolean), { flags: smallFlags });
  expect({ stdout, stderr, exitCode }).toEqual({ stdout: '', stderr: `offheap-repro: ${sentence} Try --help.`, exitCode: 2 });
});

test('--help goes to stdout', async () => {
  const { stdout, stderr, exitCode } = await repro(home, ['scan', '--help'], { flags: smallFlags });
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  expect(stdout).toContain('--loader=leaky|half|fixed|jdk');
});

test('jars that are not there: one sentence and status 1', async () => {
  const { stderr, exitCode } = await repro(home, ['scan', '--jars=/no/such.jar'], { flags: smallFlags });
  expect({ stderr, exitCode }).toEqual({
    stderr: 'offheap-repro: Expected a jar at /no/such.jar, found no such file.',
    exitCode: 1,
  });
});

test('a package that is not there: one sentence and status 1', async () => {
  const jars = await ensureScanSet(home);
  const { stderr, exitCode } = await repro(home, ['scan', `--jars=${jars}`, '--scan=package', '--package=no.such'], {
    flags: smallFlags,
  });
  const sentence = `Expected classes under no/such/ in ${jars}, found none. Try another --package.`;
  expect({ stderr, exitCode }).toEqual({ stderr: `offheap-repro: ${sentence}`, exitCode: 1 });
});

test('started without its manifest it says which option is missing', async () => {
  const args = ['-cp', reproJar, 'io.offheap.repro.Main', 'scan', `--jars=${await ensureScanSet(home)}`];
  const { stderr, exitCode } = await execa(home.java, args, { reject: false });
  expect({ stderr, exitCode }).toEqual({
    stderr:
      'offheap-repro: Expected to see into java.util.zip.Inflater, found it closed. Try java -jar, or add --add-opens java.base/java.util.zip=ALL-UNNAMED.',
    exitCode: 1,
  });
});

test('a heap that is too small: one sentence and status 1', async () => {
  const jars = await ensureScanSet(home);
  const { stderr, exitCode } = await repro(home, ['scan', `--jars=${jars}`, '--streams=50000000'], { flags: ['-Xmx64m'] });
  expect({ stderr, exitCode }).toEqual({
    stderr: 'offheap-repro: The heap of 64 MB is too small for this. Try a larger -Xmx.',
    exitCode: 1,
  });
});

test('a scan set is the same bytes each time it is built, and appears whole', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'offheap-scan-set-'));
  try {
    const path = join(folder, 'new', 'app.jar');
    const { stderr, exitCode } = await repro(home, ['build-scan-set', `--output=${path}`], { flags: briefFlags });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: expect.stringMatching(/app\.jar: \d+ jars, \d+ classes, \d+ MB, [\d.,]+ s$/),
    });
    expect(await readdir(join(folder, 'new'))).toEqual(['app.jar']);
    expect((await readFile(path)).equals(await readFile(await ensureScanSet(home)))).toBe(true);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('without a javac the build says how to get one', async () => {
  const { stdout, stderr, exitCode } = await execa(process.execPath, [join(projectRoot, 'scripts', 'build-java.mjs')], {
    reject: false,
    extendEnv: false,
    env: { PATH: '/nowhere', JAVA_HOME: '/nowhere' },
  });
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
  expect(stderr).toBe(
    "offheap setup: expected JDK 17 or later (from JAVA_HOME, PATH or the distribution's folder), found no javac in /nowhere (JAVA_HOME). Run: npm run setup",
  );
});
