import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { release } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { copyForEveryone } from '../fixtures/copy-for-everyone.ts';
import { canMount, inMountNamespace } from '../fixtures/namespace.ts';
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

/** Since Linux 5.8 each mount of /proc has its own options; before that they were everybody's. */
const [major = 0, minor = 0] = release().split('.').map(Number);
const hasOwnProc = canMount && (major > 5 || (major === 5 && minor >= 8));

describe('where /proc hides the processes of others', () => {
  skipUnless(
    isRoot && hasOwnProc && has('setpriv'),
    'only root mounts a /proc of its own, on Linux 5.8 or later, and becomes another user by setpriv',
  );

  test('another user is told so, and not that there is no process', () => {
    const copy = copyForEveryone();
    const child = spawn('sleep', ['600'], { uid: 65_533, gid: 65_533, cwd: '/', stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    const run = (command: string, pid: number) => {
      const script = `mount -t proc -o hidepid=2 proc /proc && exec setpriv --reuid=${nobody} --regid=${nobody} --clear-groups "$@"`;
      const [file, args] = inMountNamespace(script, [copy.node, copy.bin, command, String(pid)]);
      return spawnSync(file, args, { encoding: 'utf8', cwd: '/' });
    };
    for (const command of ['doctor', 'histo']) {
      const { status, stderr } = run(command, child.pid ?? 0);
      expect(status).toBe(1);
      expect(stderr).toMatch(
        /^offheap: Expected to see process \d+, but \/proc is mounted with hidepid=\w+, which hides it from this process\. Run offheap as the user of the process, or as root/,
      );
      expect(run(command, 2 ** 22 - 1).stderr).toMatch(/^offheap: Expected a (?:running )?process \d+, found none\./);
    }
  });
});

describe('in a user namespace', () => {
  const canMap = spawnSync('unshare', ['--user', '--map-root-user', 'true']).status === 0;
  skipUnless(canMap && isRoot, 'no user namespaces here, or no root');

  test.each([0, 65_533])('its root is told of a process of user %d outside that it is outside', (uid) => {
    const child = spawn('sleep', ['600'], { uid, gid: uid, cwd: '/', stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    const args = ['--user', '--map-root-user', process.execPath, bin, 'doctor', String(child.pid)];
    const { status, stderr } = spawnSync('unshare', args, { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /, but it is outside of the user namespace of this process, whose root and capabilities mean nothing there\. Run offheap on the host/,
    );
  });
});
