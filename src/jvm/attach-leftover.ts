import { lstat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { processStartTime } from '../native/counter-source.ts';

const pollMs = 5;
/** What was killed together with its parent may end after it: a JVM of many GiB takes seconds. */
const deathMs = 10_000;

/**
 * Removes the attach socket that a JVM of ours has left in /tmp, or had just begun to make (jdk: attachListener_linux.cpp, LinuxAttachListener::init). A JVM that ends by itself
 * does so; one that was killed cannot. A socket that somebody listens at stays: in another pid namespace with the same /tmp a JVM may have the same pid, and a JVM's own socket listens before it gets its name.
 */
export async function removeAttachSocket(pid: number): Promise<void> {
  for (const path of [`/tmp/.java_pid${pid}`, `/tmp/.java_pid${pid}.tmp`]) {
    if (!(await isSocket(path))) continue;
    const deadline = performance.now() + deathMs;
    while (processStartTime(pid) !== undefined && performance.now() < deadline) await delay(pollMs);
    if (await isRefused(path)) await unlink(path).catch(() => {});
  }
}

async function isSocket(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isSocket() ?? false;
}

function isRefused(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => socket.destroy());
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
    socket.on('close', () => resolve(false));
  });
}
