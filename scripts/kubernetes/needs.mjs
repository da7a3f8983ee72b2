// What this machine has to have for a node of Kubernetes. What is in a package, root has installed; all else is one sentence.
import { existsSync, readFileSync } from 'node:fs';
import { fail } from '../lib/run.mjs';
import { requireTools } from '../lib/tools.mjs';

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
  requireTools(needs);
  const loaded = readFileSync('/proc/filesystems', 'utf8');
  if (!/\boverlay$/m.test(loaded)) fail('expected overlayfs in /proc/filesystems, for images, found none. Run: modprobe overlay');
}
