import { getSystemErrorName } from 'node:util';
import { OffheapError } from '../model/errors.ts';
import { findImageHeap } from '../process/image-heap.ts';
import { explainHidden, explainRefusal } from '../process/ptrace-permission.ts';
import type { NativeInspectVerdict } from './binding.ts';

/** There was no time to find out anything. More time may help. */
export class InspectDeadline extends OffheapError {}

/** Why a process cannot be inspected, as a sentence with its cure. */
export function toInspectError(pid: number, { status, what, error }: NativeInspectVerdict): OffheapError {
  switch (status) {
    case 'no-process':
      return hidden(pid) ?? new OffheapError('NO_SUCH_PROCESS', `Expected a process ${pid}, found none. List them: ps -e`);
    case 'no-permission':
      return refusal(pid, what);
    case 'kernel-thread':
      return new OffheapError(
        'NOT_INSPECTABLE',
        `Expected process ${pid} to be a program, but it is a thread of the kernel: it has no heap.`,
      );
    case 'zombie':
      return new OffheapError(
        'NOT_INSPECTABLE',
        `Expected process ${pid} to run, but it has ended and waits for its parent to take note: its memory is gone.`,
      );
    case 'not-glibc':
      return (
        ofNativeImage(pid) ??
        new OffheapError(
          'NOT_GLIBC',
          `Expected process ${pid} to use glibc's malloc; it has neither a libc of GNU nor a heap in its form (musl, Go or another allocator). See what it maps: pmap ${pid}`,
        )
      );
    case 'no-main-arena':
      return new OffheapError(
        'INSPECT_FAILED',
        `malloc of process ${pid} could not be read: ${what} was not found (overwritten, swapped out, or of another make than glibc 2.17 to 2.43 for 64 bits).`,
      );
    case 'too-large':
      return new OffheapError('INSPECT_FAILED', `malloc of process ${pid} could not be read: it has more ${what} than are read.`);
    case 'deadline':
      return new InspectDeadline(
        'INSPECT_FAILED',
        `malloc of process ${pid} could not be read in the time for it: ${what} was not finished. Give it more: offheap histo ${pid} --budget=20s`,
      );
    case 'gone':
      return new OffheapError('PROCESS_ENDED', `Process ${pid} ended, or became another program, while it was read.`);
    case 'no-memory':
      return new OffheapError('INSPECT_FAILED', `Expected memory to inspect process ${pid} with, got none.`);
    default:
      return new OffheapError(
        'INSPECT_FAILED',
        `Process ${pid} cannot be read: ${what} failed with ${getSystemErrorName(-error)}.`,
      );
  }
}

function hidden(pid: number): OffheapError | undefined {
  const found = explainHidden(pid);
  return found && new OffheapError('NO_PERMISSION', `Expected to see process ${pid}, but ${found.why}. ${found.cure}`);
}

function refusal(pid: number, what: string): OffheapError {
  const { why, cure } = explainRefusal(pid, 'attach');
  return new OffheapError(
    'NO_PERMISSION',
    `Expected to be allowed to read the memory of process ${pid}, but ${what} was refused: ${why}. ${cure}`,
  );
}

/** Of a static one, whose libc is musl as a rule. One that glibc serves has malloc's heaps as any program. */
export function ofNativeImage(pid: number): OffheapError | undefined {
  if (!findImageHeap(pid)) return undefined;
  return new OffheapError(
    'NOT_GLIBC',
    `Expected process ${pid} to use glibc's malloc, but it is a static native image of GraalVM without it. Which memory is its Java heap, and which is not: offheap doctor ${pid}`,
  );
}
