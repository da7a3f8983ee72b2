import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DoctorResult } from '../../src/model/doctor.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const program = join(root, 'bin', 'offheap.js');
/** A look of a minute, and what its commands may take. */
const timeoutMs = 240_000;
/** How long what was started, or given back, may take to come to rest. */
export const settleMs = 15_000;
const pollMs = 100;
/** A JVM moves some hundred KiB by itself. */
const stillShare = 0.005;
/** Longer than any of the times after which an allocator or a collector is set to give back. */
const stillMs = 2000;

/** As a user has it: `offheap doctor PID --format=json`. */
export function askDoctor(pid: number, forMs?: number): Promise<DoctorResult> {
  const args = [program, 'doctor', String(pid), '--format=json', ...(forMs === undefined ? [] : [`--for=${forMs}ms`])];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { timeout: timeoutMs, maxBuffer: 256 * 2 ** 20 }, (error, stdout, stderr) => {
      if (stdout === '') reject(new Error(`the doctor has no answer: ${stderr.trim() || error?.message}`));
      else resolve(JSON.parse(stdout));
    });
  });
}

/** Until RSS has stayed the same for two seconds, or `atMostMs` have passed. */
export async function untilStill(pid: number, atMostMs: number): Promise<void> {
  const deadline = performance.now() + atMostMs;
  let since = performance.now();
  let last = rssBytesOf(pid);
  while (performance.now() < deadline && performance.now() - since < stillMs) {
    await delay(pollMs);
    const now = rssBytesOf(pid);
    if (Math.abs(now - last) <= stillShare * last) continue;
    since = performance.now();
    last = now;
  }
}

/** @returns 0 of a process that has ended */
export function rssBytesOf(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
