import { z } from 'zod';
import { applyTrim, type ExpectedTrim } from '../doctor/apply.ts';
import type { TrimmedProcess } from '../model/trim.ts';
import { nameCommand } from '../parse/java-command.ts';
import { abortSignal, callback, checkArgument, duration, pidArgument } from './arguments.ts';
import { makePatient } from './patient.ts';

const trimOptions = z.strictObject({
  /** The longest time that one answer of the JVM may take, in milliseconds; the trim itself is one. Default 30,000. */
  timeoutMs: duration.optional(),
  /** Called before the JVM loads the agent, where it has to. */
  onAgent: callback<() => void>().optional(),
  /** Called before the allocator is told, with what it is predicted to give back, and how long that takes at most. */
  onTrim: callback<(expected: ExpectedTrim) => void>().optional(),
  /** Calls it off: `trim` rejects with the signal's reason. What the JVM was told to do it does. */
  signal: abortSignal.optional(),
});

/** How `trim` goes about it. */
export type TrimOptions = z.input<typeof trimOptions>;

const defaultTimeoutMs = 30_000;

/**
 * Has the allocator of a JVM give back what is idle, without a restart: by the JVM's own command where it has one for it, else by a small agent that the JVM loads
 * and keeps mapped. What `offheap trim` does.
 *
 * @throws TypeError for a wrong argument
 * @throws OffheapError NO_SUCH_PROCESS, PROCESS_ENDED or NO_PERMISSION; ATTACH_FAILED where it is no JVM, its allocator cannot be told, or it refuses
 */
export async function trim(pid: number, options: TrimOptions = {}): Promise<TrimmedProcess> {
  checkArgument('pid', pid, pidArgument);
  const { timeoutMs = defaultTimeoutMs, onAgent, onTrim, signal } = checkArgument('options', options, trimOptions);
  signal?.throwIfAborted();
  const begun = performance.now();
  const { fix, after } = await applyTrim(makePatient(pid, { timeoutMs, onAgent, signal }), onTrim);
  const { command, isJvm, allocator, uptimeMs } = after;
  const name = nameCommand(command, isJvm);
  return { pid, name, allocator: allocator.name, uptimeMs, fix, durationMs: Math.round(performance.now() - begun) };
}
