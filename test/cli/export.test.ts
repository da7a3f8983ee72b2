import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { offheapInTurn } from './in-turn.ts';
import { root, startOffheap } from './offheap.ts';

const offheap = offheapInTurn();

test('it tells its address, answers there, and ends in order on SIGTERM', async () => {
  const { child, finished } = startOffheap(['export', '--port=0', '--select=nothing has such a command line']);
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(createInterface({ input: child.stderr }), 'line')) as [string];
  const url = /^offheap export: (http:\/\/127\.0\.0\.1:\d+\/metrics)$/.exec(line)?.[1] ?? '';
  expect(await (await fetch(url)).text()).toContain('offheap_exporter_processes{state="exported"} 0');
  child.kill('SIGTERM');
  expect(await finished).toMatchObject({ status: 0, stdout: '' });
});

test('it ends with the npx that started it, also when that is killed', async () => {
  // A shell between them, as npx has, which goes on.
  const launcher = spawn(
    process.execPath,
    [
      '-e',
      `require('node:child_process').spawn('sh', ['-c', '"$0" "$1" export --port=0 --select=nothing; true', ${JSON.stringify(process.execPath)}, ${JSON.stringify(join(root, 'bin/offheap.js'))}], { stdio: 'inherit' })`,
    ],
    { stdio: ['ignore', 'inherit', 'pipe'], env: { ...process.env, npm_command: 'exec' }, detached: true },
  );
  onTestFinished(() => {
    try {
      process.kill(-(launcher.pid ?? 0), 'SIGKILL');
    } catch {
      // All of its group have ended.
    }
  });
  const [line] = (await once(createInterface({ input: launcher.stderr }), 'line')) as [string];
  const url = line.replace('offheap export: ', '');
  const { pid } = launcher;
  // Its children find themselves by what they inherit; the exporter itself is not selected by its own command line.
  expect(await (await fetch(url)).text()).toContain('offheap_exporter_processes{state="exported"} 0');
  process.kill(pid ?? 0, 'SIGKILL');
  await expect
    .poll(
      () =>
        fetch(url).then(
          () => 'answers',
          () => 'ended',
        ),
      { timeout: 60_000 },
    )
    .toBe('ended');
});

test('a port that is taken is one sentence with its cure', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  expect(await offheap(['export', `--port=${port}`])).toEqual({
    status: 2,
    stdout: '',
    stderr: `offheap: Expected to listen on 127.0.0.1, port ${port}, but: listen EADDRINUSE: address already in use 127.0.0.1:${port}. Another program has it; give another one by --port.\n`,
  });
});

test.each([
  ['--port=70000', 'Expected --port to be a whole number from 0 to 65535, got "70000".'],
  ['--cpu=0', 'Expected --cpu to be a percentage over 0 and up to 100, got "0".'],
  ['--interval=0', 'Expected --interval to be longer than nothing, got "0".'],
  [
    '--select=(',
    'Expected --select to be java or a regular expression for command lines, got "(". To select by a word, give the word.',
  ],
  ['--owners=1s', 'Expected --owners to be a duration from 10s to 24h, got "1s".'],
  ['--owners=often', 'Expected --owners to be a duration such as 500ms, 5s or 2m, got "often".'],
  ['--max-processes=0', 'Expected --max-processes to be a whole number from 1 to 1000, got "0".'],
])('%s', async (option, message) => {
  expect(await offheap(['export', option])).toEqual({ status: 2, stdout: '', stderr: `offheap: ${message}\n` });
});
