// An exporter as a process of its own, the JVMs that it looks at, and what is read of it.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { removeAttachSocket } from '../../dist/jvm/attach-leftover.js';
import { root } from './bench.mjs';

export function compileBurst(folder) {
  execFileSync('javac', ['-d', folder, join(root, 'test', 'integration', 'programs', 'Burst.java')]);
}

/** A JVM that has freed most of what it had allocated. */
export async function startJvm(folder, flags) {
  const args = [
    '-Xmx16m',
    '-XX:TieredStopAtLevel=1',
    '-Xshare:auto',
    '-XX:+UseSerialGC',
    ...flags,
    '-cp',
    folder,
    'Burst',
    '4',
    '100',
  ];
  const child = spawn('java', args, { stdio: ['pipe', 'pipe', 'inherit'], env: { PATH: process.env.PATH } });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  for (const letter of ['a', 'f']) {
    child.stdin.write(letter);
    await lines.next();
  }
  return child;
}

/** With default options and those given, of the processes whose command line matches. */
export async function startExporter(select, env = {}, options = []) {
  const args = [join(root, 'bin', 'offheap.js'), 'export', '--port=0', `--select=${select}`, ...options];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'inherit', 'pipe'],
    env: { ...process.env, ...env },
  });
  for await (const line of createInterface({ input: child.stderr })) {
    const url = /^offheap export: (http:\S+)$/.exec(line)?.[1];
    if (url !== undefined) return { child, url };
  }
  throw new Error('the exporter did not start');
}

/** Kills it, and removes the attach socket of a JVM. */
export async function stop(child) {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await removeAttachSocket(child.pid);
}

/** As `ps` does it: user and system time, in hundredths of a second. */
export function cpuMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

export function rssBytes(pid) {
  return Number(/^Rss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]) * 1024;
}

export async function scrape(url) {
  const startedAt = performance.now();
  const text = await (await fetch(url, { headers: { accept: 'application/openmetrics-text' } })).text();
  return { ms: performance.now() - startedAt, atMs: Date.now(), text };
}

export const readMetric = (text, name) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
export const samplesOf = (text) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
