import { unlink } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { OffheapError } from '../model/errors.ts';
import { printable } from '../model/printable.ts';
import { parseEffectiveIds } from '../parse/proc-fields.ts';
import { readProc } from '../process/proc-file.ts';
import { AttachError } from './attach-error.ts';
import { exchange, type Question } from './attach-exchange.ts';
import { listeningSocket, requireRunning } from './attach-listener.ts';

const pollMs = 5;
/** One that has much memory takes a while to end. */
const goneMs = 500;
/** A JVM answers one at a time, and lets five wait (jdk: attachListener_posix.cpp, listen()). */
const queueFull = 'EAGAIN';
/** By one that ended with a question unread. */
const ofEnded: ReadonlySet<string | undefined> = new Set(['ECONNRESET', 'EPIPE']);
const longestSentence = 300;

export interface AttachOptions {
  timeoutMs: number;
  /** Calls it off: it rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/**
 * Runs a diagnostic command, as `jcmd PID COMMAND` does, and returns its text.
 *
 * @throws AttachError; where the JVM refuses the command, with its own first line. OffheapError NO_SUCH_PROCESS.
 */
export async function runDiagnosticCommand(pid: number, command: string, options: AttachOptions): Promise<string> {
  return request(pid, { command }, options);
}

/**
 * Has the JVM load a library and call its Agent_OnAttach, which works on every JDK from 6 on. Returns what that returned, or undefined where the JVM did not get so
 * far, and its text.
 *
 * @throws AttachError; OffheapError NO_SUCH_PROCESS.
 */
export async function loadAgent(
  pid: number,
  { library, argument }: { library: string; argument: string },
  options: AttachOptions,
): Promise<{ code: number | undefined; text: string }> {
  const operation = { name: 'load', operands: [library, 'true', argument] };
  const text = await request(pid, { command: `load ${library}`, operation }, options);
  // JDK 8 says the number alone.
  const code = /^(?:return code: )?(-?\d+)\s*$/m.exec(text)?.[1];
  return { code: code === undefined ? undefined : Number(code), text: firstLine(text) };
}

async function request(
  pid: number,
  { command, operation }: Pick<Question, 'command' | 'operation'>,
  { timeoutMs, signal }: AttachOptions,
): Promise<string> {
  const deadline = performance.now() + timeoutMs;
  const status = await readStatus(pid);
  const account = parseEffectiveIds(status);
  // Of a time that is over newer releases of Node warn on stderr.
  const leftMs = () => Math.max(1, deadline - performance.now());
  const send = (socketPath: string): Promise<string> =>
    exchange(socketPath, { pid, account, command, operation, timeoutMs: leftMs(), signal }).catch(async (error: Error) => {
      if (codeOf(error) !== queueFull || performance.now() > deadline) throw error;
      await delay(pollMs);
      return send(socketPath);
    });
  signal?.throwIfAborted();
  const socketPath = await listeningSocket(pid, status, deadline, signal);
  const reply = await send(socketPath).catch(async (error: Error) => {
    if (ofEnded.has(codeOf(error))) await untilGone(pid);
    if (codeOf(error) !== 'ECONNREFUSED') throw error;
    await removeStale(socketPath, pid);
    return send(await listeningSocket(pid, await readStatus(pid), deadline, signal));
  });
  if (reply === '') {
    await untilGone(pid);
    throw new AttachError(pid, 'failed', `the JVM closed the connection at \`${command}\`, without an answer.`);
  }
  const newline = reply.indexOf('\n');
  const outcome = reply.slice(0, newline);
  const text = reply.slice(newline + 1);
  if (outcome !== '0')
    throw new AttachError(pid, 'refused', `the JVM refused \`${command}\`: ${firstLine(text) || `status ${firstLine(outcome)}`}.`);
  return text;
}

/** For people: it is the JVM's, which may say anything at any length. */
function firstLine(text: string): string {
  const [line = ''] = text.slice(0, longestSentence).split('\n');
  return printable(line);
}

function codeOf({ cause }: Error): string | undefined {
  return (cause as NodeJS.ErrnoException | undefined)?.code;
}

/**
 * A JVM that was killed leaves its socket, and another one may get its pid: in containers every one is process 1. It removes the old socket
 * when it starts, unless that was another user's. Nobody listens there, and a JVM's own socket listens before it gets its name.
 */
async function removeStale(socketPath: string, pid: number): Promise<void> {
  await unlink(socketPath).catch((cause: Error) => {
    throw new AttachError(
      pid,
      'failed',
      `an earlier process with its pid has left the attach socket ${socketPath}, which cannot be removed (${cause.message}).`,
    );
  });
}

/** The sockets of a process that ends are closed before its root goes (linux: kernel/exit.c, do_exit). */
async function untilGone(pid: number): Promise<void> {
  for (let waited = 0; waited < goneMs; waited += pollMs) {
    await requireRunning(pid);
    await delay(pollMs);
  }
}

async function readStatus(pid: number): Promise<string> {
  try {
    return await readProc(pid, 'status');
  } catch {
    throw new OffheapError('NO_SUCH_PROCESS', `There is no process ${pid}.`);
  }
}
