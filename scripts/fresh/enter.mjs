// A command in a root, as on a machine of its own: its own processes, mounts, /dev and /proc, no locale, no variable of this machine but how to reach the network.
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { networkEnvironment } from './roots.mjs';

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Its arguments are the root, the user, and the command with its own; it ends in that command. */
const script = `
set -eu
root=$1 user=$2
shift 2
# A mount of its own, as the root of a machine is: else nothing can be mounted privately inside.
mount --bind "$root" "$root"
cd "$root"
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
for node in null zero full random urandom tty; do touch "$root/dev/$node"; mount --bind "/dev/$node" "$root/dev/$node"; done
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
for name in stdin:0 stdout:1 stderr:2; do ln -s "/proc/self/fd/\${name#*:}" "$root/dev/\${name%:*}"; done
exec chroot --userspec="$user" "$root" "$@"
`;

/**
 * Runs a shell command in a root. Everything that it started ends with it.
 *
 * @param {{ root: string, command: string, log: string, user?: string, env?: Record<string, string>, timeoutMs: number }} options `log`: the file that its output is added to
 * @returns {{ status: number | undefined, seconds: number, output: string }} `status` is undefined when the time was up
 */
export function enter({ root, command, log, user = 'root', env = {}, timeoutMs }) {
  const home = user === 'root' ? '/root' : `/home/${user}`;
  const variables = { PATH: path, HOME: home, ...env };
  const environment = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const inside = ['env', '-i', ...environment, ...networkEnvironment(), 'sh', '-c', `cd && ${command}`];
  const file = openSync(log, 'a');
  const before = readFileSync(log).length;
  const startedAt = performance.now();
  const unshare = ['--mount', '--pid', '--fork', '--kill-child', '--propagation', 'private'];
  const { status } = spawnSync('unshare', [...unshare, 'sh', '-c', script, 'enter', root, `${user}:${user}`, ...inside], {
    stdio: ['ignore', file, file],
    timeout: timeoutMs,
  });
  closeSync(file);
  const seconds = (performance.now() - startedAt) / 1000;
  return { status: status ?? undefined, seconds, output: readFileSync(log).subarray(before).toString('utf8') };
}
