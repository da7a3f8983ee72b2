import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

const isGone = (pid: number) => /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

/**
 * The pid of a process that ended and that nobody waits for, until the test is over. A shell would wait for it: it ends only once the shell
 * has become `sleep`.
 */
export async function startZombie(): Promise<number> {
  const parent = spawn('sh', ['-c', 'exec 3<&0; cat <&3 & echo $!; exec sleep 60'], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [line] = await once(createInterface({ input: parent.stdout }), 'line');
  const pid = Number(line);
  while (readFileSync(`/proc/${parent.pid}/comm`, 'utf8') !== 'sleep\n') await sleep(1);
  parent.stdin.end();
  while (!isGone(pid)) await sleep(1);
  return pid;
}
