import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { configurations } from '../../src/allocators/configurations.ts';
import { counterPagePaths } from '../../src/native/counter-source.ts';
import { ownersResultOf } from '../fixtures/owners.ts';
import { preloadable } from '../fixtures/preload.ts';
import { temporaryFolder } from '../native/preloaded.ts';
import { offheapInTurn } from './in-turn.ts';
import { offheap as ownProcess, root } from './offheap.ts';

const offheap = offheapInTurn();

const missing = '/nonexistent/offheap';

describe('wrong usage: status 2, one sentence, no result', () => {
  test.each([
    [['repro', '--allocator=tcmaloc'], 'offheap: Expected --allocator to be a comma list of glibc, glibc-arena1, '],
    [['repro', '--threads=0'], 'offheap: Expected --threads to be a whole number from 1 to 1024, got "0".\n'],
    [['repro', '--streams=many'], 'offheap: Expected --streams to be a whole number from 1 to 1000000, got "many".\n'],
    [['repro', '--repeats=0'], 'offheap: Expected --repeats to be a whole number from 1 to 1000, got "0".\n'],
    [
      ['repro', '--allocator=glibc,mmap', '--reference=jemalloc'],
      'offheap: Expected --reference to be one of the configurations that are run (glibc, mmap), got "jemalloc".\n',
    ],
    [
      ['compare', '--variant=a: true', '--variant=b: false', '--', 'true'],
      'offheap: Expected either --variant or a program after --, got both: "true" is no variant.\n',
    ],
    [
      ['compare', '--variant=a: true', '--variant=b: true', '--java=/opt/jdk'],
      'offheap: Expected no --java with --variant, whose commands name their own JDKs.\n',
    ],
    [
      ['compare', '--variant=a: true'],
      'offheap: Expected --variant to be given twice or more: a alone has nothing to be compared with.\n',
    ],
    [
      ['compare', '--variant=a: true', '--variant=a: false'],
      'offheap: Expected each --variant to have a name of its own, got a twice.\n',
    ],
    ...['java -jar app.jar', '17: java', 'two words: java', 'new:', 'new: ', ': java', '../x: java'].map(
      (text): [string[], string] => [
        ['compare', `--variant=${text}`, '--variant=b: true'],
        `offheap: Expected --variant to be NAME: COMMAND, such as "new: java -jar app-1.5.jar", with a name of letters, digits, dots, dashes and pluses, and not of digits alone; got "${text}".\n`,
      ],
    ),
    [
      ['compare', '--variant=a: true', '--variant=b: false', '--allocator=glibc,jemalloc'],
      'offheap: Expected --allocator to be one configuration, which all variants run under, got glibc, jemalloc.\n',
    ],
    [
      ['compare', '--variant=a: true', '--variant=b: false', '--reference=glibc'],
      'offheap: Expected --reference to be one of the variants (a, b), got "glibc".\n',
    ],
    [['repro', '--heap=big'], 'offheap: Expected --heap to be a size such as 512m or 1g, got "big".\n'],
    [['repro', '--settle=soon'], 'offheap: Expected --settle to be a duration such as 500ms, 5s or 2m, got "soon".\n'],
    [
      ['repro', '--loader=boot'],
      "error: option '--loader <name>' argument 'boot' is invalid. Allowed choices are leaky, half, fixed, jdk, spring-boot:VERSION.\n",
    ],
    [['repro', '--loder', 'leaky'], "error: unknown option '--loder'\n(Did you mean --loader?)\n"],
    [['doctor', '--pid=7'], 'offheap: Expected --pid with --after-oom, which explains a kill.\n'],
    [
      ['doctor', '7', '--after-oom'],
      'offheap: Expected --after-oom without a process. Whose kill it explains: --pid, --cgroup or --container\n',
    ],
    [['doctor', '--gc', '--after-oom'], 'offheap: Expected --after-oom without --gc. '],
    [
      ['doctor', '--after-oom', '--format=html'],
      'offheap: Expected --format to be table, json, markdown with --after-oom, got html.\n',
    ],
    [['doctor', '--after-oom', '--pid=java'], 'offheap: Expected PID to be a whole number from 1 to '],
    [['doctor', '--after-oom', '--cgroup='], 'offheap: Expected --cgroup to be the path of a group, such as /docker/ID, got "".\n'],
    [['doctor', '--after-oom', '--container=12345'], 'offheap: Expected --container to be the id of a container, at least 6 '],
    [['repo'], "error: unknown command 'repo'\n(Did you mean repro?)\n"],
  ])('%j', async (args, sentence) => {
    const { status, stdout, stderr } = await offheap(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr.startsWith(sentence) ? sentence : stderr).toBe(sentence);
  });
});

describe('nothing to work on: status 2, what is expected and the command to run next', () => {
  const processes =
    / (The JVMs that run here:(\n {2}offheap COMMAND \d+ {3}# .+)+|No JVM runs here that this user may look at; other processes are listed by: ps -e)\n$/;
  const forCommand = (command: string) => new RegExp(processes.source.replace('COMMAND', command));

  test.each([
    ['compare', 'a program after --', 'For example: offheap compare --ready=tcp:8080 --duration=1m -- java -jar app.jar'],
    [
      'guard',
      'a program after --',
      'For example: offheap guard --max-retained=64MB --ready=tcp:8080 --duration=1m -- java -jar app.jar',
    ],
    [
      'report',
      'a result of offheap',
      'Make one: offheap repro --format=json --output=result.json, then: offheap report result.json',
    ],
    ['completion', 'a shell, one of bash, zsh, fish', 'For example: offheap completion bash'],
  ])('%s', async (command, expected, cure) => {
    expect(await ownProcess([command])).toEqual({
      status: 2,
      stdout: '',
      stderr: `offheap: Expected ${expected}, got none. ${cure}\n`,
    });
  });

  test.each([
    ['histo', 'the pid of a process'],
    ['owners', 'the pid of a process'],
    ['watch', 'the pid of a process, or --select, such as --select=java'],
  ])('%s lists what it can look at', async (command, expected) => {
    const { status, stdout, stderr } = await offheap([command]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr.startsWith(`offheap: Expected ${expected}, got none. `) || stderr).toBe(true);
    expect(stderr).toMatch(forCommand(command));
  });

  test('syscalls has an example, and lists what it can attach to', async () => {
    const { status, stdout, stderr } = await offheap(['syscalls']);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr.split('\n')[0]).toBe(
      'offheap: Expected a program after --, or the pid of a process, got none. For example: offheap syscalls --for=20s -- java -jar app.jar',
    );
    expect(stderr.replace('\n', ' ')).toMatch(forCommand('syscalls'));
  });

  test('counters lists the processes that have some', async () => {
    const env = { ...process.env, LD_PRELOAD: preloadable('meter') };
    const child = spawn('sleep', ['60'], { env, stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    await vi.waitUntil(() => counterPagePaths(child.pid ?? 0).length > 0, { timeout: 10_000 });
    const { status, stdout, stderr } = await offheap(['counters']);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(
      'offheap: Expected the pid of a process that counts, or a file that one has left, got none. The processes with counters that run here:\n',
    );
    expect(stderr).toContain(`\n  offheap counters ${child.pid}   # sleep 60\n`);
  });
});

describe('what cannot be done: status 1, one sentence with the cure', () => {
  test('a folder that is no JDK', async () => {
    expect(await offheap(['repro', `--java=${missing}`])).toEqual({
      status: 1,
      stdout: '',
      stderr: `offheap: Expected --java to be the folder of a JDK, but "${missing}/bin/java" does not exist.\n`,
    });
  });

  test('a java that is something else', async () => {
    const { status, stderr } = await offheap(['repro', '--quiet'], { JAVA_HOME: '', PATH: tmpdir() });
    expect(status).toBe(1);
    expect(stderr).toBe(
      'offheap: Expected a JDK (from PATH), but "java" does not run as one. Install one (apt-get install default-jdk-headless) or name it by --java=HOME.\n',
    );
  });

  test('a JDK where no JVM starts', async () => {
    const home = join(mkdtempSync(join(tmpdir(), 'offheap-cli-')), 'jdk:17');
    onTestFinished(() => rmSync(dirname(home), { recursive: true }));
    mkdirSync(join(home, 'bin'), { recursive: true });
    writeFileSync(join(home, 'bin', 'java'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    expect(await offheap(['repro', '--quiet', `--java=${home}`])).toEqual({
      ...{ status: 1, stdout: '' },
      stderr: `offheap: Expected a JDK (from --java), but "${home}/bin/java" does not run as one. No JVM starts in a folder whose path has a colon: move it.\n`,
    });
  });

  test('jars that do not exist', async () => {
    const { status, stderr } = await offheap(['repro', `--jars=${missing}`]);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `offheap: Expected --jars to be a jar or a folder of jars, but "${missing}" does not exist.\n`,
    });
  });

  test('nowhere to keep raw results', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const { status, stderr } = await offheap(['repro'], { OFFHEAP_CACHE_DIR: `${file}/cache` });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^offheap: Expected a folder for scan sets and raw results, could not create .* by OFFHEAP_CACHE_DIR\.\n$/,
    );
  });

  test('a result that could not be kept fails before anything is run', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const { status, stdout, stderr } = await offheap(['repro', `--output=${file}/result.json`]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^offheap: Could not write .*\/file\/result\.json: .* Name another file by --output or --results\.\n$/);
  });

  test.each([
    ['no JSON', 'pid 4711', 'Expected a result of offheap as JSON, but FILE is no JSON. Make one by: offheap owners'],
    ['no object', '7', 'Expected --baseline to be a result of offheap owners, but FILE is none (Invalid input: expected object'],
    [
      'a result of another command',
      '{ "findings": [], "evidence": {} }',
      'Expected --baseline to be a result of offheap owners, but FILE is none (this is a result of offheap doctor). Make one by: offheap owners --format=json --output=before.json PID\n',
    ],
    [
      'a result with an impossible figure',
      JSON.stringify({ ...ownersResultOf([]), liveBytes: -1 }),
      'Expected --baseline to be a result of offheap owners, but FILE is none (at liveBytes: ',
    ],
  ])('a baseline that is %s', async (_, content, sentence) => {
    const file = join(temporaryFolder(), 'before.json');
    writeFileSync(file, content);
    const { status, stdout, stderr } = await offheap(['owners', String(process.pid), `--baseline=${file}`]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    const expected = `offheap: ${sentence.replace('FILE', JSON.stringify(file))}`;
    expect(stderr.startsWith(expected) ? expected : stderr).toBe(expected);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('a baseline that is not there', async () => {
    const { status, stderr } = await offheap(['owners', String(process.pid), `--baseline=${missing}`]);
    expect(status).toBe(1);
    expect(stderr).toContain(`offheap: Expected a result file, but "${missing}" cannot be read: it does not exist.`);
  });

  test('an allocator that is not installed is a skipped cell with the command that installs it; nothing run at all is a failure', async () => {
    const { status, stdout } = await offheap(['repro', '--quiet', '--allocator=jemalloc', '--format=json'], {
      OFFHEAP_JEMALLOC_LIBRARY: missing,
    });
    expect(status).toBe(1);
    expect(JSON.parse(stdout).cells).toMatchObject([
      {
        configuration: 'jemalloc',
        state: 'skipped',
        reason: expect.stringContaining('Run: apt-get install libjemalloc2'),
        phases: {},
      },
    ]);
  });
});

test('offheap allocators lists every configuration with its library or the command that installs it', async () => {
  const { status, stdout } = await offheap(['allocators', '--format=json'], { OFFHEAP_MIMALLOC_LIBRARY: missing });
  expect(status).toBe(0);
  const entries = JSON.parse(stdout) as { key: string; found: boolean; library?: string; version?: string; reason?: string }[];
  const byKey = Object.fromEntries(entries.map((entry) => [entry.key, entry]));
  expect(Object.keys(byKey)).toEqual(configurations.map(({ key }) => key));
  expect(byKey['glibc']).toMatchObject({
    found: true,
    library: expect.stringMatching(/libc\.so\.6$/),
    version: expect.stringMatching(/^2\.\d+$/),
  });
  expect(byKey['mimalloc']).toMatchObject({ found: false, reason: expect.stringContaining('apt-get install') });
  const table = await offheap(['allocators'], { OFFHEAP_MIMALLOC_LIBRARY: missing });
  expect(table.stdout).toContain('mmap = custom = zjbmalloc');
  expect(table.stdout).toContain('OFFHEAP_MIMALLOC_LIBRARY');
});

test('offheap allocators --path prints one path and nothing else', async () => {
  expect(await ownProcess(['allocators', '--path=meter'])).toEqual({
    status: 0,
    stdout: `${join(root, 'build', 'Release', 'libmeter.so')}\n`,
    stderr: '',
  });
  const jemalloc = join(root, 'package.json');
  const named = await offheap(['allocators', '--path=jemalloc'], { OFFHEAP_JEMALLOC_LIBRARY: jemalloc });
  expect(named.stdout).toBe(`${jemalloc}\n`);
  const { status, stdout, stderr } = await offheap(['allocators', '--path=jemalloc'], { OFFHEAP_JEMALLOC_LIBRARY: missing });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(
    /^offheap: Expected jemalloc on this machine: libjemalloc\.so\.2 is not installed\. Run: apt-get install .*\n$/,
  );
  const moved = await offheap(['allocators', '--path=mmap'], { OFFHEAP_PRELOAD_DIR: missing });
  expect(moved).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('npm run build:native') });
  expect((await offheap(['allocators', '--path=glibc'])).status).toBe(2);
});
