// What this machine has to have for a node of Kubernetes. What is in a package, root has installed; all else is one sentence.
import { existsSync, readFileSync } from 'node:fs';
import { hasApt, install, installCommand, updateLists } from '../lib/apt.mjs';
import { fail, say, which } from '../lib/run.mjs';

/** A program, or a file, and Debian's package of it. */
const needs = [
  { path: 'containerd', apt: 'containerd' },
  { path: 'runc', apt: 'runc' },
  { path: '/usr/lib/cni/bridge', apt: 'containernetworking-plugins' },
  { path: 'ip', apt: 'iproute2' },
  { path: 'nsenter', apt: 'util-linux' },
  { path: 'script', apt: 'bsdutils' },
  { path: 'dpkg-deb', apt: 'dpkg' },
  { path: 'debootstrap', apt: 'debootstrap' },
  { path: '/bin/busybox', apt: 'busybox-static', others: ['/usr/bin/busybox'] },
  { path: 'prometheus', apt: 'prometheus' },
];

export const controllers = ['cpu', 'cpuacct', 'cpuset', 'memory', 'devices', 'freezer', 'blkio', 'pids', 'systemd'];

/** Ends the script with a sentence where something is missing that cannot be had. */
export function requireMachine() {
  if (process.platform !== 'linux') fail(`expected Linux, found ${process.platform}: a node of Kubernetes is Linux.`);
  if (!existsSync('/sys/fs/cgroup/memory/memory.limit_in_bytes'))
    fail('expected cgroup v1 at /sys/fs/cgroup/memory, found none: the node of this test has its limits there.');
  if (process.getuid() !== 0)
    fail('expected root, for namespaces, mounts and cgroups, found an ordinary user. Run: sudo npm run test:kubernetes');
  requirePackages();
  const loaded = readFileSync('/proc/filesystems', 'utf8');
  if (!/\boverlay$/m.test(loaded)) fail('expected overlayfs in /proc/filesystems, for images, found none. Run: modprobe overlay');
}

function requirePackages() {
  const missing = missingPackages();
  if (missing.length === 0) return;
  const command = installCommand(missing);
  if (!hasApt() || process.env['OFFHEAP_SETUP_NO_APT'] !== undefined)
    fail(`missing: ${missing.join(', ')}. On Debian or Ubuntu, run: ${command}`);
  say(`installing by apt: ${missing.join(' ')} …`);
  updateLists();
  if (!install(missing) || missingPackages().length > 0)
    fail(`missing: ${missingPackages().join(', ')}. Mend what apt said above, and run: ${command}`);
}

function missingPackages() {
  return needs.filter(({ path, others = [] }) => ![path, ...others].some(isThere)).map(({ apt }) => apt);
}

const isThere = (path) => (path.startsWith('/') ? existsSync(path) : which(path) !== undefined);
