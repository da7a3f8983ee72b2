import { exitCodes, OffheapError } from '../model/errors.ts';

/**
 * What becomes of a process whose stdout or stderr takes nothing any more. A full disk below stdout ends it with a sentence. A pipe that its reader has closed, as `head` does,
 * is no failure: what runs to its end within this turn of the event loop ends with its own status, and what would print for ever ends with 0. Without stderr there is
 * nobody to tell, and the result is not to suffer.
 */
export function surviveStandardStreams(): void {
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') setImmediate(() => process.exit(process.exitCode ?? exitCodes.ok));
    else {
      process.stderr.write(`offheap: ${stdoutFailure(error).message}\n`);
      process.exit(exitCodes.failed);
    }
  });
}

function stdoutFailure({ message }: NodeJS.ErrnoException): OffheapError {
  const cause = message.replace(/, write$/, '');
  return new OffheapError('WRITE_FAILED', `Could not write to stdout: ${cause}. Make room there, or send the result elsewhere.`);
}
