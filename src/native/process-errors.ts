import { constants } from 'node:os';
import { OffheapError } from '../model/errors.ts';
import { explainRefusal } from '../process/ptrace-permission.ts';

const { ENOENT, ESRCH, EACCES, EPERM } = constants.errno;

/** Why the memory of a process cannot be read, from the errno of what the addon tried; 0: the process ended meanwhile. */
export function toProcessError(pid: number, errno: number): OffheapError {
  if (errno === 0 || errno === ENOENT || errno === ESRCH) {
    return new OffheapError(
      'NO_SUCH_PROCESS',
      `Expected process ${pid} to run, found none with that pid, or none that has memory.`,
    );
  }
  if (errno === EACCES || errno === EPERM) {
    const { why, cure } = explainRefusal(pid, 'read');
    return new OffheapError(
      'NO_PERMISSION',
      `Expected to be allowed to read the memory map of process ${pid}, but ${why}. ${cure}`,
    );
  }
  return new OffheapError(
    'CHILD_FAILED',
    `Expected to read the memory of process ${pid}, but the system refused (errno ${errno}).`,
  );
}
