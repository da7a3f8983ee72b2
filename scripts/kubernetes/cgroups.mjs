// The node's cgroups: one below each controller of cgroup v1, made before it and removed after it.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { controllers } from './needs.mjs';
import { waitFor } from './wait.mjs';

const mountPoint = '/sys/fs/cgroup';

const foldersOf = (name) => [...controllers, 'unified'].map((controller) => join(mountPoint, controller, name));

export function makeCgroups(name) {
  for (const folder of foldersOf(name)) if (existsSync(join(folder, '..'))) mkdirSync(folder, { recursive: true });
  // A new cpuset is empty, and nobody can be put into it.
  for (const file of ['cpuset.cpus', 'cpuset.mems'])
    writeFileSync(join(mountPoint, 'cpuset', name, file), readFileSync(join(mountPoint, 'cpuset', file)));
}

/** The kernel refuses while a process of one is not quite gone. */
export async function removeCgroups(name) {
  await waitFor('the end of the cgroups of the node', () => {
    for (const folder of foldersOf(name)) removeBelow(folder);
    return foldersOf(name).every((folder) => !existsSync(folder));
  });
}

function removeBelow(folder) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) if (entry.isDirectory()) removeBelow(join(folder, entry.name));
  rmdirSync(folder);
}
