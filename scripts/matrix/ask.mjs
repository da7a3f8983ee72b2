// The command line of this checkout, asked about a process.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../bin/offheap.js', import.meta.url));
const timeoutMs = 120_000;
const mostBytes = 64 << 20;

/** @returns {{ status: number | null, json: any, output: string, errors: string }} `json`: undefined where the output is none */
export function offheap(args, env = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    encoding: 'utf8',
    timeout: timeoutMs,
    maxBuffer: mostBytes,
    env: { ...process.env, ...env },
  });
  return { status, json: parseAnswer(stdout), output: stdout, errors: stderr };
}

export function parseAnswer(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
