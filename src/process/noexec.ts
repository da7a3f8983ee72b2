import { readFileSync, realpathSync } from 'node:fs';
import { shellQuoted } from '../model/shell-words.ts';
import { mountOf, parseMountInfo } from '../parse/mountinfo.ts';

/** Why a library cannot be loaded that lies where nothing may be run, and what to do; undefined where that is not so. */
export function whyNotExecutable(path: string): string | undefined {
  const mount = noexecMountOf(path);
  if (mount === undefined) return undefined;
  return `Expected to load ${path}, but ${mount} is mounted noexec: nothing that lies there can be run. Put it on another file system, or as root: mount -o remount,exec ${shellQuoted(mount)}`;
}

function noexecMountOf(path: string): string | undefined {
  try {
    const mount = mountOf(realpathSync(path), parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8')));
    return mount?.options.includes('noexec') ? mount.folder : undefined;
  } catch {
    // There is no such file, or no /proc: what goes wrong then says so itself.
    return undefined;
  }
}
