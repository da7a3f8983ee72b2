// A JVM in a root: started, ready, ended.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const entering = fileURLToPath(new URL('enter.sh', import.meta.url));
const readyMs = 120_000;
const endMs = 30_000;

/**
 * The command that runs Java in a root, and an empty folder that it needs. `same`: folders of this machine that it sees under their own paths.
 *
 * @param {{ root: string, jdk: { home: string, isInRoot: boolean }, scratch: string, same: readonly string[] }} place
 */
export function commandIn({ root, jdk, scratch, same }) {
  const [mounted, home] = jdk.isInRoot ? ['-', jdk.home] : [jdk.home, '/jdk'];
  const namespace = ['unshare', '--mount', '--propagation=private', 'sh', entering];
  return [...namespace, root, scratch, mounted, same.join(':'), `${home}/bin/java`];
}

export function makeScratch() {
  const folder = mkdtempSync(join(tmpdir(), 'offheap-matrix-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/**
 * Resolves when the program has said that it is ready. It ends with its stdin.
 *
 * @throws Error with its last words where it ends before, or says nothing in time
 */
export async function startJvm(place, args) {
  const scratch = makeScratch();
  const [file, ...own] = [...commandIn({ ...place, scratch: scratch.folder }), ...args];
  const child = spawn(file, own, { stdio: ['pipe', 'pipe', 'pipe'], env: { PATH: process.env['PATH'] } });
  let said = '';
  const keep = (text) => {
    said = `${said}${text}`.slice(-4000);
  };
  child.stderr.on('data', keep);
  const ended = new Promise((resolve) => child.once('close', resolve));
  const timer = setTimeout(() => child.kill('SIGKILL'), readyMs);
  for await (const line of createInterface({ input: child.stdout })) {
    keep(`${line}\n`);
    if (line.startsWith('@phase ready')) break;
  }
  clearTimeout(timer);
  const end = async () => {
    child.stdin.end();
    const late = setTimeout(() => child.kill('SIGKILL'), endMs);
    await ended;
    clearTimeout(late);
    scratch.remove();
  };
  if (/^@phase ready/m.test(said)) {
    child.stdout.resume();
    return { pid: child.pid, end, said: () => said };
  }
  await end();
  throw new Error(said.trim().split('\n').slice(-3).join(' ') || `the JVM was not ready in ${readyMs / 1000} s`);
}
