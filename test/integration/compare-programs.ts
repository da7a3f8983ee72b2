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

/** Where the program that a harness runs now has its counter page. */
export function counterFoldersOf(harnessPid: number): string[] {
  const children = readFileSync(`/proc/${harnessPid}/task/${harnessPid}/children`, 'utf8').split(' ').filter(Boolean);
  return children.flatMap((pid) => /OFFHEAP_COUNTERS_DIR=([^\0]+)/.exec(textOf(`/proc/${pid}/environ`))?.[1] ?? []);
}

/** For sleep: so many seconds and a little, by which this run of the tests knows its own. */
export const ownSeconds = (seconds: number) => `${seconds}.${String(process.pid).padStart(7, '0')}`;
export const longSleep = (seconds: number) => `sleep ${ownSeconds(seconds)}`;

/** Processes whose command line has this text; zombies have none. */
export function processesWith(text: string): number[] {
  return pids().filter((pid) => pid !== process.pid && commandOf(pid).includes(text));
}

/** Whether the program itself runs with this text in its command line, and not only who was told to start it. */
export function isRunning(program: string, text: string): boolean {
  return processesWith(text).some((pid) => textOf(`/proc/${pid}/comm`) === `${program}\n`);
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
  return textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
}

/** A process may end between two looks. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
