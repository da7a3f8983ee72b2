import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { copyForEveryone } from '../fixtures/copy-for-everyone.ts';
import { has, isRoot, skipUnless } from '../skip.ts';
import { root } from './offheap.ts';

const nobody = 65_534;
/** What root has in a container of Docker's: since Linux 6.16 CAP_PERFMON and CAP_SYS_ADMIN let read maps as well. */
const asInDocker =
  '-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+net_bind_service,+net_raw,+sys_chroot,+mknod';
const bin = join(root, 'bin', 'offheap.js');

describe('as root without CAP_SYS_PTRACE', () => {
  skipUnless(isRoot && has('setpriv'), 'only root has capabilities to give up, by setpriv');

  /** A process of another user's, which takes the capability to look at. */
  async function startForeign(): Promise<string> {
    const child = spawn('sleep', ['600'], { uid: nobody, gid: nobody, cwd: '/', stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child, 'spawn');
    return String(child.pid);
  }

  test.each([
    ['doctor', /^offheap: Expected to be allowed to read \/proc\/\d+\/\w+, but WHY/],
    ['histo', /^offheap: Expected to be allowed to read the memory of process \d+, but .+ was refused: WHY/],
    ['counters', /^offheap: Expected to be allowed to inspect process \d+, but WHY/],
    ['syscalls', /^offheap: Expected to be allowed to read \/proc\/\d+\/maps, but WHY/],
  ])('%s: the missing capability and how a container gets it, and nothing of sudo', async (command, expected) => {
    const pid = await startForeign();
    const without = [`--bounding-set=${asInDocker}`, `--inh-caps=${asInDocker}`, process.execPath, bin, command, pid];
    const { status, stdout, stderr } = spawnSync('setpriv', without, { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    const why = 'this is root without the capability CAP_SYS_PTRACE\\. .*docker run --cap-add=SYS_PTRACE.*Kubernetes.*\\n$';
    expect(stderr).toMatch(new RegExp(expected.source.replace('WHY', why)));
    expect(stderr).not.toMatch(/sudo|as root/);
  });
});

describe('as another user', () => {
  skipUnless(isRoot, 'only root becomes another user');
  test('whose it is, and to be that user or root', () => {
    const copy = copyForEveryone();
    for (const command of ['doctor', 'histo', 'counters']) {
      const args = [copy.bin, command, String(process.pid)];
      const { status, stderr } = spawnSync(copy.node, args, { encoding: 'utf8', uid: nobody, gid: nobody, cwd: '/' });
      expect(status).toBe(1);
      expect(stderr).toMatch(
        /it belongs to user 0, and this is user 65534\. Run offheap as that user \(sudo -u '#0' offheap …\), or as root/,
      );
    }
  });
});
