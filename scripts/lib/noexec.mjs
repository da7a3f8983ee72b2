// A checkout on a file system that runs nothing fails at the first tool of npm's packages, with whatever that tool says.
import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';

/** Why nothing that lies in the project's folder can be run, and what to do; undefined where it can. */
export function whyNothingRuns(root) {
  const program = join(root, 'bin', 'offheap.js');
  const mode = statSync(program, { throwIfNoEntry: false })?.mode ?? 0;
  // access(2): a file that everybody may execute is refused to everybody, root too, only where it is mounted noexec.
  if ((mode & 0o111) !== 0o111 || isExecutable(program)) return undefined;
  return `expected to run what lies in ${root}, but that is mounted noexec. Move it to another file system, or as root: mount -o remount,exec "$(findmnt -no TARGET -T '${root}')"`;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
