// SPDX-License-Identifier: MIT
// Redis: `full` with keys that it serves, or `deleted` after most of them were deleted, one page of each four still in use.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ready } from './ready.mjs';

const [mode] = process.argv.slice(2);
// To serve, so many bytes of half as many keys, which take half the time.
const [keys, valueBytes] = mode === 'full' ? [60_013, 2017] : [120_011, 1009];
const keptOf = 16;
const folder = mkdtempSync(join(tmpdir(), 'offheap-corpus-'));
const socket = join(folder, 'socket');
const server = spawn('redis-server', ['--port', '0', '--unixsocket', socket, '--save', '', '--dir', folder, '--hz', '100'], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
const ask = (args, input) =>
  spawnSync('redis-cli', ['-s', socket, ...args], { encoding: 'utf8', input, maxBuffer: 2 ** 28 }).stdout ?? '';
const info = (field) => Number(new RegExp(`^${field}:(\\d+)`, 'm').exec(ask(['info', 'memory']))?.[1]);
for (let tries = 0; !ask(['ping']).startsWith('PONG') && tries < 200; tries++) await delay(20);
const value = 'x'.repeat(valueBytes);
ask(
  ['--pipe'],
  commands((key) => `SET key:${key} ${value}\r\n`),
);
if (mode === 'deleted')
  ask(
    ['--pipe'],
    commands((key) => (key % keptOf === 0 ? '' : `DEL key:${key}\r\n`)),
  );
const bytes = mode === 'deleted' ? info('used_memory_rss') - info('used_memory') : 0;
ready(bytes, {
  pid: server.pid,
  end: async () => {
    server.kill('SIGTERM');
    await once(server, 'exit');
    rmSync(folder, { recursive: true });
  },
});

function commands(one) {
  return Array.from({ length: keys }, (_, key) => one(key)).join('');
}
