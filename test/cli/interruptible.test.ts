import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './offheap.ts';

/** It goes on after the first signal, as a run does that keeps what it has measured. */
const script = `const { interruptible } = await import(process.argv[1]);
const { signal } = interruptible();
signal.addEventListener('abort', () => console.log('first'));
setInterval(() => {}, 1000);
console.log('up');`;

test('the first signal calls off, the second ends the process', async () => {
  const module = join(root, 'dist', 'commands', 'run', 'interruptible.js');
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, module], { stdio: ['ignore', 'pipe', 'inherit'] });
  expect(String((await once(child.stdout, 'data'))[0])).toBe('up\n');
  child.kill('SIGINT');
  expect(String((await once(child.stdout, 'data'))[0])).toBe('first\n');
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([null, 'SIGINT']);
});
