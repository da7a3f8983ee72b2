import { OffheapError } from '../model/errors.ts';

/**
 * Why a JVM was not asked, or did not answer. `refused`: it has no such command, or says no to this one. `not-attachable`: it handles no
 * SIGQUIT, so it is no JVM, or was told to leave signals alone (-Xrs). `stopped`: by a signal or a debugger. `not-permitted`: to make the file or
 * to send the signal that an attach begins with. `no-answer`: in the time it was given. `not-heard`: it hears its own user and group alone, and this process may not take them. `foreign-socket`: what listens there is not the JVM's.
 * `slow-files`: its socket lies on a file system whose answer may never come. `too-long`: an answer beyond its command's bounds. `failed`: anything else.
 */
export type AttachProblem =
  | 'refused'
  | 'not-attachable'
  | 'stopped'
  | 'not-permitted'
  | 'no-answer'
  | 'not-heard'
  | 'foreign-socket'
  | 'slow-files'
  | 'too-long'
  | 'failed';

/** Code ATTACH_FAILED, with the reason for programs. */
export class AttachError extends OffheapError {
  readonly problem: AttachProblem;

  constructor(pid: number, problem: AttachProblem, why: string, cause?: Error) {
    super('ATTACH_FAILED', `Could not attach to process ${pid}: ${why}`, { cause });
    this.problem = problem;
  }
}

export function isRefused(error: unknown): boolean {
  return error instanceof AttachError && error.problem === 'refused';
}

export function isTooLong(error: unknown): boolean {
  return error instanceof AttachError && error.problem === 'too-long';
}
