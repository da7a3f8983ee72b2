import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { readCommandLine } from '../../../src/process/command-line.ts';

async function start(command: string, args: string[]): Promise<number> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  await once(child.stdout, 'data');
  return child.pid ?? Number.NaN;
}

test('arguments as they were given, an empty one and blanks among them', async () => {
  const args = ['-c', 'echo up; read -r _', 'name', '', 'two words'];
  expect(await readCommandLine(await start('/bin/sh', args))).toEqual(['/bin/sh', ...args]);
});

test('a title that the program has written is one text, without the zeros after it', async () => {
  const code = 'process.title = "worker"; console.log("up"); process.stdin.resume()';
  expect(await readCommandLine(await start(process.execPath, ['-e', code]))).toEqual(['worker']);
});

test('nothing of a process that there is not', async () => {
  expect(await readCommandLine(2 ** 22)).toEqual([]);
});
