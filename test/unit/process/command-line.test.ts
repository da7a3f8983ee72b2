import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import {
  longestCommand,
  longestMatched,
  matchedText,
  readArguments,
  readCommandLine,
  shortenCommand,
} from '../../../src/process/command-line.ts';

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

test('very many empty arguments before one that is not take no time', async () => {
  const empty = Array<string>(120_000).fill('');
  const pid = await start('/bin/sh', ['-c', 'echo up; read -r _', ...empty, 'last']);
  const before = process.cpuUsage();
  const argv = await readArguments(pid);
  const { user, system } = process.cpuUsage(before);
  expect({ length: argv.length, last: argv.at(-1) }).toEqual({ length: 120_004, last: 'last' });
  expect((user + system) / 1e6).toBeLessThan(2);
});

test('nothing of a process that there is not', async () => {
  expect(await readCommandLine(2 ** 22)).toEqual([]);
});

test('of megabytes of arguments what names the program, and how much is left out', async () => {
  // Each as long as execve(2) takes, behind what a shell needs.
  const pid = await start('/bin/sh', [
    '-c',
    'echo up; read -r _',
    'x'.repeat(120_001),
    ...Array<string>(9).fill('y'.repeat(120_001)),
  ]);
  const argv = await readArguments(pid);
  expect(argv.slice(0, 3)).toEqual(['/bin/sh', '-c', 'echo up; read -r _']);
  expect(argv[3]).toBe('x'.repeat(120_001));
  expect(argv.at(-1)).toBe('… (more than 131,072 bytes)');
  const shown = await readCommandLine(pid);
  expect(shown[3]).toBe(`${'x'.repeat(1024)}… (118977 characters more)`);
  expect(shown.at(-1)).toBe('… (more than 131,072 bytes)');
  expect(shown.join(' ').length).toBeLessThan(9 * 1024);
});

test('of many arguments the first, and how many more', () => {
  const shown = shortenCommand(['java', '-cp', 'c'.repeat(50_000), 'Main', ...Array<string>(2003).fill('argument')]);
  expect(shown.slice(0, 4)).toEqual(['java', '-cp', `${'c'.repeat(1024)}… (48976 characters more)`, 'Main']);
  expect(shown.at(-1)).toBe('… (1,211 arguments more)');
  expect(shown.join(' ').length).toBeLessThan(longestCommand + 64);
});

test('a pattern looks at the first 16 KiB', () => {
  expect(matchedText(['a', 'b'.repeat(longestMatched)])).toHaveLength(longestMatched);
});
