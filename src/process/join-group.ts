import { spawnSync } from 'node:child_process';
import { OffheapError } from '../model/errors.ts';

export const shell = '/bin/sh';
/** As a shell that has the path of `cgroup.procs` as its first argument moves into the group. Of a refusal dash says "I/O error", whatever it was. */
export const joinScript = 'echo 0 > "$1" || exit 126';
const mostMs = 10_000;

/** Whether the kernel lets a process of this one into a group, found by trying. @throws OffheapError MISSING_FILE without a shell */
export function canJoin(procsFile: string): boolean {
  const { status, error } = spawnSync(shell, ['-c', joinScript, 'offheap-limit', procsFile], {
    stdio: 'ignore',
    env: {},
    timeout: mostMs,
  });
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') {
    throw new OffheapError(
      'MISSING_FILE',
      'Expected /bin/sh, which moves a program into its memory cgroup, found none. Run it where there is a shell, such as on the host.',
    );
  }
  return status === 0;
}
