import { readlinkSync } from 'node:fs';
import { threadFolder, withProcFolderSync } from './living-thread.ts';

/**
 * The root of a process by the name that the kernel tells here, as its maps and links are told: `/` of one that sees the files as offheap does, and of a container, whose root is that of
 * its own mount namespace. Of one that has called chroot(2) it is a folder. `/` where it may not be looked at.
 */
export function rootOf(pid: number): string {
  try {
    return withProcFolderSync(pid, (folder) => readlinkSync(`${folder}/root`));
  } catch {
    return '/';
  }
}

/**
 * A path of the process's maps, or of a link of its /proc, by its own name for it. Undefined of a file beyond its root, for which it has no name.
 *
 * @param root of rootOf()
 */
export function nameInside(root: string, told: string): string | undefined {
  if (root === '/') return told;
  if (told === root) return '/';
  return told.startsWith(`${root}/`) ? told.slice(root.length) : undefined;
}

/** The same as it can be opened from here, and its own name. */
export interface TargetPath {
  inside: string;
  path: string;
}

/** Undefined of a file beyond the root of the process. */
export function targetPath(pid: number, told: string): TargetPath | undefined {
  const inside = nameInside(rootOf(pid), told);
  return inside === undefined ? undefined : { inside, path: `${threadFolder(pid) ?? `/proc/${pid}`}/root${inside}` };
}
