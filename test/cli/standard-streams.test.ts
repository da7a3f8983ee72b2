import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { commandList } from '../../src/command-list.ts';
import { temporaryFolder } from '../native/preloaded.ts';
import { offheapInTurn } from './in-turn.ts';
import { root } from './offheap.ts';

const bin = join(root, 'bin', 'offheap.js');
/** Where its streams are no matter. */
const offheap = offheapInTurn();
/** What is looked at: the less it has, the sooner. */
const patient = spawn('sleep', ['600'], { stdio: 'ignore' });
afterAll(() => void patient.kill('SIGKILL'));
const itself = String(patient.pid);
const compare = (...command: string[]) => [
  'compare',
  '--quiet',
  '--allocator=glibc',
  '--ready=up',
  '--duration=0s',
  '--',
  ...command,
];

/** Runs it from a shell, which names it "$@", with its exit status in a file. */
async function through(shell: string, args: readonly string[]): Promise<{ status: number; stderr: string }> {
  const folder = temporaryFolder();
  const script = `mkfifo gate\n${shell}`;
  const child = spawn('sh', ['-c', script, 'sh', process.execPath, bin, ...args], {
    cwd: folder,
    env: { ...process.env, OFFHEAP_CACHE_DIR: join(folder, 'cache'), NO_COLOR: '1' },
    stdio: 'ignore',
  });
  await once(child, 'close');
  const read = (name: string) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '');
  return { status: Number(read('status')), stderr: read('stderr') };
}

const toFull = '"$@" >/dev/full 2>stderr; echo $? >status';
/** Whoever reads closes the pipe before anything is written. */
const toClosed = '{ cat gate; "$@" 2>stderr; echo $? >status; } | { exec <&-; : >gate; }';
const errorsToFull = '"$@" >stdout 2>/dev/full; echo $? >status';
const errorsToClosed = '{ cat gate; "$@" 2>&1 >stdout; echo $? >status; } | { exec <&-; : >gate; }';

const helps = [['--help'], ['--version'], ...commandList.map(({ name }) => [name, '--help'])];
/** Commands that end quickly, and print a result. */
const results = [
  ['allocators'],
  ['allocators', '--path=meter'],
  ['completion', 'bash'],
  ['doctor', itself, '--quiet'],
  ['histo', itself],
  ['watch', itself, '--for=1ms'],
  ['syscalls', '--quiet', '--allocator=mmap', '--', 'true'],
  compare('sh', '-c', 'echo up; exit 1'),
];

describe('stdout is full: one sentence, status 1', () => {
  test.each([...helps, ...results].map((args) => ({ args })))('$args', async ({ args }) => {
    expect(await through(toFull, args)).toEqual({
      status: 1,
      stderr:
        'offheap: Could not write to stdout: ENOSPC: no space left on device. Make room there, or send the result elsewhere.\n',
    });
  });

  test('a report', async () => {
    const file = join(temporaryFolder(), 'result.json');
    await offheap(['doctor', itself, '--quiet', '--format=json', `--output=${file}`]);
    const { status, stderr } = await through(toFull, ['report', file, '--output=-']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^offheap: Could not write to stdout: ENOSPC: .*\n$/);
  });
});

describe('stdout is closed by its reader: nothing is said, and the status is the command’s own', () => {
  test.each([...helps, ...results].map((args) => ({ args })))('$args', async ({ args }) => {
    const { status } = await offheap(args);
    expect(await through(toClosed, args)).toEqual({ status, stderr: '' });
  });

  test('what would print for ever ends', async () => {
    expect(await through(toClosed, ['watch', itself, '--format=json'])).toEqual({ status: 0, stderr: '' });
  });

  test('the file of --junit is written', async () => {
    const file = join(temporaryFolder(), 'memory.xml');
    const guard = ['guard', '--quiet', '--max-settled=1k', `--junit=${file}`, '--ready=up', '--duration=0s', '--settle=0s'];
    expect(await through(toClosed, [...guard, '--', 'sh', '-c', 'echo up; exec sleep 60'])).toEqual({ status: 3, stderr: '' });
    expect(readFileSync(file, 'utf8')).toContain('<testsuite');
  });
});

describe.each([
  ['full', errorsToFull],
  ['closed by its reader', errorsToClosed],
])('stderr is %s: the status and the result are what they would be', (_, shell) => {
  test.each([
    [['repo'], 2],
    [['doctor', '0'], 2],
    [['allocators'], 0],
    [['syscalls', '--allocator=mmap', '--', 'sh', '-c', 'echo out; echo err >&2'], 0],
  ] as const)('%j', async (args, status) => {
    expect((await through(shell, args)).status).toBe(status);
  });

  test('progress of a run', async () => {
    const loud = compare('sh', '-c', 'echo up; exit 1').filter((word) => word !== '--quiet');
    expect((await through(shell, loud)).status).toBe(1);
  });
});
