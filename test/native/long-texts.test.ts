import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, type TestContext, test } from 'vitest';
import { offheap } from '../cli/offheap.ts';
import { compile } from './preloaded.ts';

let child: ChildProcess | undefined;

afterEach(() => void child?.kill('SIGKILL'));

async function start(program: string, ...args: string[]): Promise<{ pid: string; said: string }> {
  child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [said] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  return { pid: String(child.pid), said: said.toString().trim() };
}

async function startLong(file: 'environ' | 'cmdline', context: TestContext): Promise<string> {
  const { pid, said } = await start(compile('long_proc_files'), file);
  context.skip(said !== 'set', 'the kernel has no PR_SET_MM_MAP');
  return pid;
}

test('an environment of 16 MiB is not read, and a sentence says so', async (context) => {
  const pid = await startLong('environ', context);
  expect(await offheap(['doctor', pid])).toEqual({
    status: 1,
    stdout: '',
    stderr: `offheap: Expected /proc/${pid}/environ to have 8 MiB at most, found more. No process has that much without wanting to: look at it by other means.\n`,
  });
});

test('of 16 MiB of arguments a result has the first', async (context) => {
  const pid = await startLong('cmdline', context);
  const { stdout } = await offheap(['doctor', pid, '--format=json']);
  const { command } = JSON.parse(stdout).evidence;
  expect(command).toEqual([`${'x'.repeat(1024)}… (130048 characters more)`, '… (more than 131,072 bytes)']);
});

test('a command line of megabytes is a page that opens, and lines of watch that can be read', async () => {
  const { pid } = await start('/bin/sh', '-c', 'echo up; read -r _', ...Array<string>(9).fill('y'.repeat(120_001)));
  const page = await offheap(['doctor', pid, '--format=html']);
  expect(page.stdout.length).toBeLessThan(300_000);
  const lines = await offheap(['watch', pid, '--for=1s', '--format=json']);
  expect(lines.status).toBe(0);
  expect(Math.max(...lines.stdout.split('\n').map((line) => line.length))).toBeLessThan(20_000);
});
