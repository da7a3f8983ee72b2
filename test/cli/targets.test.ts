import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { afterAll, describe, expect, test } from 'vitest';
import { commandList } from '../../src/command-list.ts';
import { addCommand } from '../../src/commands/help/definition.ts';
import { findMemoryLimiter } from '../../src/process/memory-limiter.ts';
import { canMount, cannotMount, inMountNamespace } from '../fixtures/namespace.ts';
import { preloadable } from '../fixtures/preload.ts';
import { temporaryFolder } from '../native/preloaded.ts';
import { isRoot, skipUnless } from '../skip.ts';
import { type RunInTurn, startAllInTurn, startInTurn } from './in-turn.ts';
import { type Finished, root } from './offheap.ts';

const bin = join(root, 'bin', 'offheap.js');
/** What is looked at: the less it has, the sooner. */
const patient = spawn('sleep', ['600'], { stdio: 'ignore' });
afterAll(() => void patient.kill('SIGKILL'));
const itself = String(patient.pid);
/** A result of the doctor. */
let result = '';

/** A run in a folder of its own. */
interface Place {
  folder: string;
  /** What the program under test makes when it is started. */
  started: string;
}

interface Recipe {
  args: (target: string, place: Place) => string[];
  /** Whether all of what is to be written is there. */
  isWhole: (content: string) => boolean;
  /** Of a run that goes well. */
  status: number;
}

const isJson = (content: string) => typeof JSON.parse(content) === 'object';
const isPage = (content: string) => /^<!doctype html>[\s\S]*<\/html>\s*$/i.test(content);
/** It stays the same program: one that becomes another just when it is looked at has no library mapped for a moment. */
const program = ({ started }: Place) => ['--', 'sh', '-c', `: >'${started}'; echo up; sleep 60; :`];
const phases = ['--quiet', '--format=json', '--allocator=glibc', '--ready=up', '--duration=0s', '--settle=0s'];
const small = ['--quiet', '--format=json', '--allocator=glibc', '--streams=100', '--heap=32m', '--settle=0s', '--scan=none'];
const resultOf = ({ folder }: Place) => {
  result ||= execFileSync(process.execPath, [bin, 'doctor', itself, '--quiet', '--format=json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    encoding: 'utf8',
  });
  const file = join(folder, 'doctor.json');
  writeFileSync(file, result);
  return file;
};

/** What a program behind the meter has left. */
const pageOf = ({ folder }: Place) => {
  const pages = join(folder, 'cache-pages');
  if (!existsSync(pages)) {
    mkdirSync(pages);
    execFileSync('true', { env: { ...process.env, LD_PRELOAD: preloadable('meter'), OFFHEAP_COUNTERS_DIR: pages } });
  }
  const [name = ''] = readdirSync(pages);
  return join(pages, name);
};

/** How each option that takes a file is tried. */
const outputs: Record<string, Recipe> = {
  'repro --output': { args: (target) => ['repro', ...small, `--output=${target}`], isWhole: isJson, status: 0 },
  'repro --results': { args: (target) => ['repro', ...small, `--results=${target}`], isWhole: isJson, status: 0 },
  'compare --output': {
    args: (target, place) => ['compare', ...phases, `--output=${target}`, ...program(place)],
    isWhole: isJson,
    status: 0,
  },
  'compare --results': {
    args: (target, place) => ['compare', ...phases, `--results=${target}`, ...program(place)],
    isWhole: isJson,
    status: 0,
  },
  'guard --junit': {
    args: (target, place) => ['guard', ...phases, '--max-settled=1g', `--junit=${target}`, ...program(place)],
    isWhole: (content) => /^<\?xml[\s\S]*<\/testsuites?>\s*$/.test(content),
    status: 0,
  },
  'guard --results': {
    args: (target, place) => ['guard', ...phases, '--max-settled=1g', `--results=${target}`, ...program(place)],
    isWhole: isJson,
    status: 0,
  },
  'doctor --output': {
    args: (target) => ['doctor', itself, '--quiet', '--format=html', `--output=${target}`],
    isWhole: isPage,
    status: 0,
  },
  'guard --output': {
    args: (target, place) => ['guard', ...phases, '--max-settled=1g', `--output=${target}`, ...program(place)],
    isWhole: isJson,
    status: 0,
  },
  'histo --output': { args: (target) => ['histo', itself, '--format=json', `--output=${target}`], isWhole: isJson, status: 0 },
  'owners --output': { args: (target) => ['owners', itself, '--format=json', `--output=${target}`], isWhole: isJson, status: 0 },
  // What is no JVM refuses, and the result says so.
  'trim --output': {
    args: (target) => ['trim', itself, '--quiet', '--format=json', `--output=${target}`],
    isWhole: isJson,
    status: 1,
  },
  'counters --output': {
    args: (target, place) => ['counters', pageOf(place), '--format=json', `--output=${target}`],
    isWhole: isJson,
    status: 0,
  },
  'allocators --output': { args: (target) => ['allocators', '--format=json', `--output=${target}`], isWhole: isJson, status: 0 },
  'libs --output': { args: (target) => ['libs', '--format=json', `--output=${target}`], isWhole: isJson, status: 0 },
  'report --output': { args: (target, place) => ['report', resultOf(place), `--output=${target}`], isWhole: isPage, status: 0 },
  'syscalls --output': {
    args: (target, { started }) => [
      'syscalls',
      '--quiet',
      '--format=json',
      '--allocator=mmap',
      `--output=${target}`,
      '--',
      'touch',
      started,
    ],
    isWhole: isJson,
    status: 0,
  },
};
/** Those that write as others do, after a JVM or the same run. */
const alike = ['repro --output', 'repro --results', 'guard --results', 'guard --output', 'allocators --output'];
const written = Object.fromEntries(Object.entries(outputs).filter(([name]) => !alike.includes(name)));
/** It takes cgroups to get further than to a refusal. */
const refusing: Record<string, Recipe> = {
  ...outputs,
  'fit --output': {
    args: (target, place) => ['fit', ...phases, `--output=${target}`, ...program(place)],
    isWhole: isJson,
    status: 0,
  },
  'fit --results': {
    args: (target, place) => ['fit', ...phases, `--results=${target}`, ...program(place)],
    isWhole: isJson,
    status: 0,
  },
};
const inputs: Record<string, (target: string, place: Place) => string[]> = {
  'repro --resume': (target) => ['repro', ...small, `--resume=${target}`],
  'compare --resume': (target, place) => ['compare', ...phases, `--resume=${target}`, ...program(place)],
  'fit --resume': (target, place) => ['fit', ...phases, `--resume=${target}`, ...program(place)],
  'guard --baseline': (target, place) => ['guard', ...phases, '--max-regression=5%', `--baseline=${target}`, ...program(place)],
  'owners --baseline': (target) => ['owners', itself, `--baseline=${target}`],
  'report result': (target) => ['report', target, '--output=new/page.html'],
  'report later-result': (target, place) => ['report', resultOf(place), target, '--output=new/page.html'],
  'doctor --kernel-log': (target) => ['doctor', '--after-oom', `--kernel-log=${target}`],
  'doctor process or file': (target) => ['doctor', target],
  'counters pid|file': (target) => ['counters', target],
};

test('every option and argument that takes a file has its place here', async () => {
  const found: string[] = [];
  for (const { load } of commandList) {
    const definition = await load();
    const program = new Command();
    addCommand(program, definition);
    const [command] = program.commands;
    for (const { long, flags } of command?.options ?? []) if (/<file>/.test(flags)) found.push(`${definition.name} ${long}`);
    for (const argument of command?.registeredArguments ?? [])
      if (/file|result/.test(argument.name())) found.push(`${definition.name} ${argument.name()}`);
  }
  expect(found.sort()).toEqual([...Object.keys(refusing), ...Object.keys(inputs)].sort());
});

type Runner = (args: string[], place: Place) => Promise<Finished>;

const ownEnvironment = ({ folder }: Place) => ({ OFFHEAP_CACHE_DIR: join(folder, 'cache'), NO_COLOR: '1', FORCE_COLOR: '0' });

/** In a process of their own: how it starts and ends, and its standard streams, are among what is tested. */
async function run(
  args: string[],
  place: Place,
  [command, ...before]: [string, ...string[]] = [process.execPath, bin],
): Promise<Finished> {
  const { folder } = place;
  const env = { ...process.env, ...ownEnvironment(place) };
  const child = spawn(command, [...before, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [[status], stdout, stderr] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]);
  return { status, stdout, stderr };
}

const runnerOf =
  (call: RunInTurn): Runner =>
  (args, place) =>
    call({ args, cwd: place.folder, env: ownEnvironment(place) });
/** One after the other in one process. */
const inTurn = runnerOf(startAllInTurn(1)[0] as RunInTurn);
/** Those of one test in a process of theirs, behind a command. */
const inTurnBehind = async ([command, args]: [string, string[]]) => runnerOf(await startInTurn([command, ...args]));

const atOnce = 3;
/** For those that wait. */
const allAtOnce = 20;

/** Tries every recipe, some at a time, each in a folder of its own. */
async function each<Kind>(
  recipes: Readonly<Record<string, Kind>>,
  attempt: (name: string, recipe: Kind, place: Place) => Promise<void>,
  workers = atOnce,
): Promise<void> {
  const whole = temporaryFolder();
  const waiting = Object.entries(recipes);
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [name, recipe] = next;
      const folder = join(whole, name.replaceAll(/\W+/g, '-'));
      mkdirSync(folder);
      await attempt(name, recipe, { folder, started: join(folder, 'started') });
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
}

const listing = ({ folder }: Place) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.startsWith('cache') && name !== 'doctor.json')
    .sort();
const kindOf = (path: string) => {
  const { mode, rdev, ino } = lstatSync(path);
  return { mode, rdev, ino };
};
const refusal = /^offheap: Could not write .+: .+\. Name another file by --output or --results\.\n$/;

/** It is said before anything is started, and nothing is made. */
async function refuses(
  name: string,
  { args }: Recipe,
  place: Place,
  target: string,
  because: string,
  runner: Runner,
): Promise<void> {
  const before = listing(place);
  const { status, stdout, stderr } = await runner(args(target, place), place);
  expect({ status, stdout }, name).toEqual({ status: 1, stdout: '' });
  expect(stderr, name).toMatch(refusal);
  expect(stderr, name).toContain(`: ${because}. Name`);
  expect(listing(place), name).toEqual(before);
}

describe('what cannot be written is said before anything is started', () => {
  test('a folder', () =>
    each(refusing, async (name, recipe, place) => {
      mkdirSync(join(place.folder, 'target'));
      await refuses(name, recipe, place, 'target', 'it is a folder', inTurn);
    }));

  test('no name', async () => {
    await each(refusing, (name, recipe, place) => refuses(name, recipe, place, '', 'its name is empty', inTurn));
  });

  test('below a file', async () => {
    await each(refusing, async (name, recipe, place) => {
      writeFileSync(join(place.folder, 'file'), 'before');
      await refuses(name, recipe, place, 'file/target', "EEXIST: file already exists, mkdir 'file'", inTurn);
      expect(readFileSync(join(place.folder, 'file'), 'utf8')).toBe('before');
    });
  });

  describe('as root', () => {
    skipUnless(isRoot, 'only root makes devices');
    test.each([
      ['memory', ['c', '1', '1']],
      ['a disk', ['b', '7', '200']],
    ])('%s', async (_, number) => {
      await each(refusing, async (name, recipe, place) => {
        const target = join(place.folder, 'target');
        execFileSync('mknod', [target, ...number]);
        const before = kindOf(target);
        await refuses(name, recipe, place, target, 'it is a device, and neither a terminal nor one that keeps nothing', inTurn);
        expect(kindOf(target)).toEqual(before);
      });
    });
  });

  describe('mounts', () => {
    skipUnless(canMount, cannotMount);
    test('a read-only one', async () => {
      const mount = join(temporaryFolder(), 'mount');
      mkdirSync(mount);
      const behind = await inTurnBehind(inMountNamespace('mount -t tmpfs -o ro tmpfs "$1"; shift; "$@"', [mount]));
      await each(refusing, async (name, { args }, place) => {
        const { status, stdout, stderr } = await behind(args(join(mount, 'target'), place), place);
        expect({ status, stdout, stderr }, name).toEqual({
          status: 1,
          stdout: '',
          stderr: `offheap: Could not write ${mount}/target: ${mount} is not writable. Name another file by --output or --results.\n`,
        });
        expect(existsSync(place.started)).toBe(false);
      });
    });
  });
});

describe('what is written into stays what it is', () => {
  test('a device that keeps nothing', async ({ skip }) => {
    skip(!isRoot, 'only root makes devices');
    await each(written, async (name, { args, status }, place) => {
      const target = join(place.folder, 'target');
      execFileSync('mknod', [target, 'c', '1', '3']);
      const before = kindOf(target);
      expect((await inTurn(args(target, place), place)).status, name).toBe(status);
      expect(kindOf(target), name).toEqual(before);
    });
  });

  test('a pipe that is read', () =>
    each(written, async (name, { args, isWhole, status }, place) => {
      const target = join(place.folder, 'target');
      execFileSync('mkfifo', [target]);
      // A raw result is written again with each cell: its reader holds the pipe open meanwhile.
      const reader = spawn('sh', ['-c', 'exec 3<>"$1"; cat "$1" >"$2"', 'sh', target, `${target}.read`], { stdio: 'ignore' });
      const before = kindOf(target);
      expect((await inTurn(args(target, place), place)).status, name).toBe(status);
      expect(kindOf(target), name).toEqual(before);
      await expect.poll(() => isWholeAtEnd(readFileSync(`${target}.read`, 'utf8'), isWhole)).toBe(true);
      reader.kill('SIGKILL');
      await once(reader, 'exit');
    }));

  test('links, of which one leads to a file and one to nothing yet', async () => {
    await each(written, async (name, { args, isWhole, status }, place) => {
      const { folder } = place;
      writeFileSync(join(folder, 'file'), 'before');
      symlinkSync('file', join(folder, 'target'));
      symlinkSync('new', join(folder, 'dangling'));
      for (const link of ['target', 'dangling']) {
        const told = await inTurn(args(link, place), place);
        expect(told.status, `${name}: ${told.stderr}${told.stdout}`).toBe(status);
      }
      for (const file of ['file', 'new']) {
        expect(lstatSync(join(folder, file)).isFile()).toBe(true);
        expect(isWhole(readFileSync(join(folder, file), 'utf8')), name).toBe(true);
      }
      expect([readlinkSync(join(folder, 'target')), readlinkSync(join(folder, 'dangling'))]).toEqual(['file', 'new']);
    });
  });

  test('/dev/stdout in a pipe', () =>
    each(written, async (name, { args, isWhole, status }, place) => {
      const finished = await run(args('/dev/stdout', place), place);
      expect(finished.status, name).toBe(status);
      expect(isWholeAtEnd(finished.stdout, isWhole) || finished.stdout.includes('{\n  "schemaVersion"'), name).toBe(true);
    }));
});

function canLimit(): boolean {
  try {
    findMemoryLimiter().close();
    return true;
  } catch {
    return false;
  }
}

describe('the others, each by both of its options at once: a link to a file, and a pipe that is read', () => {
  const writesBoth = (name: string, before: string[], after: string[]) =>
    each({ [name]: before }, async (_, args, place) => {
      const { folder } = place;
      writeFileSync(join(folder, 'file'), 'before');
      symlinkSync('file', join(folder, 'target'));
      execFileSync('mkfifo', [join(folder, 'pipe')]);
      const reader = spawn('sh', ['-c', 'exec 3<>pipe; cat pipe >read'], { cwd: folder, stdio: 'ignore' });
      const { status, stdout, stderr } = await run([...args, '--output=target', '--results=pipe', ...after], place);
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
      const [output, results] = [
        JSON.parse(readFileSync(join(folder, 'file'), 'utf8')),
        () => readFileSync(join(folder, 'read'), 'utf8'),
      ];
      // Written again with each cell: the last is the result.
      await expect.poll(results).toSatisfy((content: string) => content.endsWith(`${JSON.stringify(output, undefined, 2)}\n`));
      expect(readlinkSync(join(folder, 'target'))).toBe('file');
      reader.kill('SIGKILL');
      await once(reader, 'exit');
    });

  test('fit', async ({ skip }) => {
    skip(!canLimit(), 'this user may not limit memory by a cgroup');
    const quick = ['--quiet', '--format=json', '--allocator=glibc', '--settle=0s', '--repeats=1', '--resolution=64m'];
    await writesBoth('fit', ['fit', ...quick], ['--', 'true']);
  });

  test('repro', () => writesBoth('repro', ['repro', ...small, `--jars=${join(root, 'build', 'java', 'offheap-repro.jar')}`], []));
});

describe('what turns out at its end: one sentence, and the result goes to stdout', () => {
  const atEnd = Object.fromEntries(Object.entries(written).filter(([name]) => !name.endsWith('--results')));
  const saysSo = (name: string, { status, stdout, stderr }: Finished, because: string) => {
    expect(status, name).toBe(1);
    expect(stderr, name).toMatch(refusal);
    expect(stderr, name).toContain(`: ${because}`);
    // What a report was made of is still there.
    expect(stdout === '', name).toBe(name.startsWith('report'));
  };

  test('/dev/full', () =>
    each(atEnd, async (name, { args }, place) =>
      saysSo(name, await inTurn(args('/dev/full', place), place), 'ENOSPC: no space left on device'),
    ));

  test('a pipe that nobody reads', () =>
    each(
      atEnd,
      async (name, { args }, place) => {
        const target = join(place.folder, 'target');
        execFileSync('mkfifo', [target]);
        saysSo(name, await run(args(target, place), place), 'nobody reads this pipe for 5 s. ');
        expect(lstatSync(target).isFIFO()).toBe(true);
      },
      allAtOnce,
    ));

  test('a pipe that nobody reads, which it was given open', () =>
    each(
      { 'doctor --output': atEnd['doctor --output'] as Recipe },
      async (name, { args }, place) => {
        const target = join(place.folder, 'target');
        execFileSync('mkfifo', [target]);
        // It has a reader, who reads nothing: the same shell.
        const open = ['sh', '-c', 'exec 3<>"$0" && exec "$@"', target, process.execPath, bin] as const;
        saysSo(name, await run(args('/dev/fd/3', place), place, [...open]), 'nobody reads this pipe for 5 s. ');
      },
      allAtOnce,
    ));

  test('a full disk', async ({ skip }) => {
    skip(!canMount, cannotMount);
    const mount = join(temporaryFolder(), 'mount');
    mkdirSync(mount);
    const fill = 'mount -t tmpfs -o size=64k tmpfs "$1"; dd if=/dev/zero of="$1/full" bs=64k count=1 2>/dev/null; shift; "$@"';
    const behind = await inTurnBehind(inMountNamespace(fill, [mount]));
    await each(atEnd, async (name, { args }, place) =>
      saysSo(name, await behind(args(join(mount, 'target'), place), place), 'ENOSPC: no space left on device'),
    );
  });
});

describe('what cannot be read: one sentence, status 1, and nothing is started or made', () => {
  const saysSo = async (name: string, args: string[], place: Place, runner: Runner) => {
    const before = listing(place);
    const { status, stdout, stderr } = await runner(args, place);
    expect({ status, stdout }, `${name} ${stderr}`).toEqual({ status: 1, stdout: '' });
    expect(stderr, name).toMatch(/^offheap: Expected .+\n$/);
    expect(stderr, name).not.toContain('OFFHEAP_DEBUG');
    expect(listing(place), name).toEqual(before);
  };

  test.each<[string, (folder: string) => string]>([
    ['no name', () => ''],
    ['a folder', (folder) => folder],
    ['/dev/null', () => '/dev/null'],
    ['/dev/zero, which has no end', () => '/dev/zero'],
    [
      'a link to nothing',
      (folder) => {
        symlinkSync('missing', join(folder, 'target'));
        return join(folder, 'target');
      },
    ],
  ])('%s', async (_, make) => {
    await each(inputs, (name, args, place) => saysSo(name, args(make(place.folder), place), place, inTurn));
  });

  test('a pipe into which nobody writes', () =>
    each(
      inputs,
      async (name, args, place) => {
        execFileSync('mkfifo', [join(place.folder, 'target')]);
        await saysSo(name, args(join(place.folder, 'target'), place), place, run);
      },
      allAtOnce,
    ));

  test('a report of a pipe that is written to late', async () => {
    const place = { folder: temporaryFolder(), started: '' };
    execFileSync('mkfifo', [join(place.folder, 'pipe')]);
    const writer = spawn('sh', ['-c', 'exec 3>"$1"; sleep 0.5; cat "$2" >&3', 'sh', join(place.folder, 'pipe'), resultOf(place)], {
      stdio: 'ignore',
    });
    const { status, stdout } = await run(['report', 'pipe', '--output=-'], place);
    if (writer.exitCode === null) await once(writer, 'exit');
    expect({ status, whole: isPage(stdout) }).toEqual({ status: 0, whole: true });
  });
});

/** Of what was written several times, one after the other, the last. */
function isWholeAtEnd(content: string, isWhole: (content: string) => boolean): boolean {
  const last =
    content.lastIndexOf('\n{\n') >= 0 && !content.startsWith('<') ? content.slice(content.lastIndexOf('\n{\n')) : content;
  try {
    return isWhole(last);
  } catch {
    return false;
  }
}
