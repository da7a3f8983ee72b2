import { printableLines } from './printable.ts';

/** Process exit status of the command line. `problems` means: the work was done, and it found something (doctor, guard). */
export const exitCodes = { ok: 0, failed: 1, usage: 2, problems: 3, interrupted: 130 } as const;

/** What failed, for programs; docs/troubleshooting.md has a section for each. */
export type ErrorCode =
  | 'USAGE'
  | 'NO_SUCH_PROCESS'
  | 'NO_PERMISSION'
  | 'MISSING_TOOL'
  | 'MISSING_FILE'
  | 'INVALID_FILE'
  | 'WRITE_FAILED'
  | 'NATIVE_MISSING'
  | 'COUNTERS_NOT_FOUND'
  | 'COUNTERS_TRUNCATED'
  | 'COUNTERS_FOREIGN'
  | 'COUNTERS_VERSION'
  | 'COUNTERS_NOT_READY'
  | 'COUNTERS_INVALID'
  | 'COUNTERS_CLOSED'
  | 'NOT_INSPECTABLE'
  | 'NOT_GLIBC'
  | 'PROCESS_ENDED'
  | 'INSPECT_FAILED'
  | 'ATTACH_FAILED'
  | 'CHILD_FAILED';

/** Whether a process is not there any more: it was not at first, or ended, or became another program, while it was looked at. */
export function isGone(error: unknown): boolean {
  return error instanceof OffheapError && (error.code === 'NO_SUCH_PROCESS' || error.code === 'PROCESS_ENDED');
}

/** The user has called off a command of which a part is nothing. He knows: the exit status says so, and nothing else does. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
}

/** What an error says, for a note. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Every failure that offheap foresees. `message` is one sentence or two for a person: what was expected, what was found, and what
 * cures it. `code` is for programs and does not change within a major version.
 */
export class OffheapError extends Error {
  override readonly name = 'OffheapError';
  readonly code: ErrorCode;
  readonly exitCode: number;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    // It may quote names that somebody else chose.
    super(printableLines(message), options);
    this.code = code;
    this.exitCode = code === 'USAGE' ? exitCodes.usage : exitCodes.failed;
  }
}
