// SPDX-License-Identifier: MIT
// PostgreSQL that has a table and has read it: what it shares between its processes is small, and in use.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ready } from './ready.mjs';

const folder = mkdtempSync(join(tmpdir(), 'offheap-corpus-'));
/** It refuses to be run by root. */
const id = (flag) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
const owner = process.getuid() === 0 ? { uid: id('-u'), gid: id('-g') } : {};
if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid);
const data = join(folder, 'data');
spawnSync('initdb', ['-D', data, '--no-sync', '-U', 'corpus'], { ...owner, cwd: folder, stdio: 'ignore' });
const server = spawn('postgres', ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-F'], {
  ...owner,
  cwd: folder,
  stdio: ['ignore', 'ignore', 'ignore'],
});
const ask = (sql) =>
  spawnSync('psql', ['-h', folder, '-U', 'corpus', '-d', 'postgres', '-tAc', sql], { encoding: 'utf8' }).stdout ?? '';
for (let tries = 0; !ask('select 1').startsWith('1') && tries < 250; tries++) await delay(40);
ask("create table account as select n as id, repeat('x', 100) as name from generate_series(1, 50021) n");
if (!ask('select count(*) from account').startsWith('50021')) throw new Error('PostgreSQL does not serve its table');
ready(0, {
  pid: server.pid,
  end: async () => {
    server.kill('SIGINT');
    await once(server, 'exit');
    rmSync(folder, { recursive: true });
  },
});
