import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { removeAttachSocket } from '../src/jvm/attach-leftover.ts';

/** Kills a JVM that a test has started and removes the attach socket which it can then not remove itself. Does nothing to one that has ended. */
export async function endJvm(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await removeAttachSocket(child.pid ?? 0);
}
