import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { root } from '../cli/offheap.ts';

const programs = join(root, 'test', 'integration', 'programs');
export const serverScript = join(programs, 'server.py');
export const loadOf = (port: number, requests: number) =>
  `'${process.execPath}' '${join(programs, 'load.mjs')}' ${port} ${requests}`;

/** A port of loopback on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Processes whose command line has this text; zombies have none. */
export function processesWith(text: string): number[] {
  return pids().filter((pid) => pid !== process.pid && commandOf(pid).includes(text));
}

/** Waits until no process has this text in its command line, and says how many still have it when the time is over. */
export async function leftBehind(text: string): Promise<number> {
  for (let tries = 0; tries < 100 && processesWith(text).length > 0; tries++) await delay(50);
  return processesWith(text).length;
}

function pids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
