import { readlink, unlink } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { OffheapError } from '../model/errors.ts';
import { printable } from '../model/printable.ts';
import { mountOf } from '../parse/mountinfo.ts';
import { parseInnermostId, parseStatusLine } from '../parse/proc-fields.ts';
import { threadFolder, withProcFolder } from '../process/living-thread.ts';
import { readProc } from '../process/proc-file.ts';
import { describeSlowMount, mountsOf, slowMountBehind, slowMountOf } from '../process/slow-mounts.ts';
import { AttachError } from './attach-error.ts';
import { exchange, type Question } from './attach-exchange.ts';
import { checkSocket } from './attach-socket.ts';
import { createTrigger } from './attach-trigger.ts';

const pollMs = 5;
/** One that has much memory takes a while to end. */
const goneMs = 500;
/** A JVM answers one at a time, and lets five wait (jdk: attachListener_posix.cpp, listen()). */
const queueFull = 'EAGAIN';
/** By one that ended with a question unread. */
const ofEnded: ReadonlySet<string | undefined> = new Set(['ECONNRESET', 'EPIPE']);
const sigQuitBit = 1n << 2n;
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
  const send = (socketPath: string): Promise<string> =>
    exchange(socketPath, { pid, command, operation, timeoutMs: deadline - performance.now(), signal }).catch(
      async (error: Error) => {
        if (codeOf(error) !== queueFull || performance.now() > deadline) throw error;
        await delay(pollMs);
        return send(socketPath);
      },
    );
  signal?.throwIfAborted();
  const socketPath = await listeningSocket(pid, deadline, signal);
  const reply = await send(socketPath).catch(async (error: Error) => {
    if (ofEnded.has(codeOf(error))) await untilGone(pid);
    if (codeOf(error) !== 'ECONNREFUSED') throw error;
    await removeStale(socketPath, pid);
    return send(await listeningSocket(pid, deadline, signal));
  });
  if (reply === '') {
    await untilGone(pid);
    throw new AttachError(pid, 'failed', `the JVM closed the connection at \`${command}\`, without an answer.`);
  }
  const newline = reply.indexOf('\n');
  const status = reply.slice(0, newline);
  const text = reply.slice(newline + 1);
  if (status !== '0')
    throw new AttachError(pid, 'refused', `the JVM refused \`${command}\`: ${firstLine(text) || `status ${firstLine(status)}`}.`);
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

/**
 * The JVM opens its socket only when it is asked to: by a file `.attach_pidN` in its working directory or /tmp, and SIGQUIT. The signal
 * ends a process that does not handle it, so it is sent only to one that does. A stopped JVM would see it when it goes on and, with the file
 * gone by then, print all its stacks on its stdout: it is sent none.
 */
async function listeningSocket(pid: number, deadline: number, signal?: AbortSignal): Promise<string> {
  const status = await readStatus(pid);
  const innerPid = parseInnermostId(status) ?? pid;
  const slowMount = slowMountOf(pid, '/tmp');
  if (slowMount) throw new AttachError(pid, 'slow-files', `on the way to its /tmp ${describeSlowMount(slowMount)}.`);
  const folder = threadFolder(pid) ?? `/proc/${pid}`;
  const socketPath = `${folder}/root/tmp/.java_pid${innerPid}`;
  if (await isReady(socketPath, pid, status)) return socketPath;
  if (mountOf('/tmp', mountsOf(pid))?.options.includes('ro'))
    throw new AttachError(
      pid,
      'failed',
      'its /tmp is mounted read-only, and a JVM makes its attach socket there. Give it one that it can write to: a container by --tmpfs /tmp:exec.',
    );
  const caught = BigInt(`0x${parseStatusLine(status, 'SigCgt') ?? '0'}`);
  if ((caught & sigQuitBit) === 0n)
    throw new AttachError(pid, 'not-attachable', 'it does not handle SIGQUIT, so it is no JVM, or one started with -Xrs.');
  if (/^t/i.test(parseStatusLine(status, 'State') ?? ''))
    throw new AttachError(pid, 'stopped', 'it is stopped, by a signal or a debugger.');
  const cwd = slowMountBehind(pid, 'cwd') ? [] : [`${folder}/cwd/`];
  const folders = [...cwd, `${folder}/root/tmp/`];
  const trigger = await createTrigger(folders, `.attach_pid${innerPid}`, status);
  if (trigger === 'taken') {
    if (performance.now() > deadline) throw silent(pid);
    signal?.throwIfAborted();
    await delay(pollMs);
    return listeningSocket(pid, deadline, signal);
  }
  if (!trigger) {
    await requireRunning(pid);
    throw new AttachError(
      pid,
      'not-permitted',
      `could not create .attach_pid${innerPid} in ${folders.join(' or ')}. Run offheap as the same user as the JVM, or as root with the capability CAP_DAC_OVERRIDE.`,
    );
  }
  try {
    // Somebody else has just attached, and the JVM would take the signal for a request to print its stacks.
    if (await isReady(socketPath, pid, status)) return socketPath;
    sendSigQuit(pid);
    while (!(await isReady(socketPath, pid, status))) {
      await requireRunning(pid);
      if (performance.now() > deadline) throw silent(pid);
      signal?.throwIfAborted();
      await delay(pollMs);
    }
    return socketPath;
  } finally {
    await trigger.remove();
  }
}

function sendSigQuit(pid: number): void {
  try {
    process.kill(pid, 'SIGQUIT');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') throw ended(pid);
    throw new AttachError(
      pid,
      'not-permitted',
      'it could not be sent SIGQUIT. Run offheap as the same user as the JVM, or as root with the capability CAP_KILL.',
    );
  }
}

/** Another user's socket would be told what is asked, and could answer anything. */
async function isReady(socketPath: string, pid: number, status: string): Promise<boolean> {
  const check = await checkSocket(socketPath, status);
  if (check.state === 'foreign')
    throw new AttachError(
      pid,
      'foreign-socket',
      `${socketPath} is not the socket of this JVM: ${check.why}. Remove it and try again.`,
    );
  return check.state === 'own';
}

async function readStatus(pid: number): Promise<string> {
  try {
    return await readProc(pid, 'status');
  } catch {
    throw new OffheapError('NO_SUCH_PROCESS', `There is no process ${pid}.`);
  }
}

/** The sockets of a process that ends are closed before its root goes (linux: kernel/exit.c, do_exit). */
async function untilGone(pid: number): Promise<void> {
  for (let waited = 0; waited < goneMs; waited += pollMs) {
    await requireRunning(pid);
    await delay(pollMs);
  }
}

/** Of a process that has ended, a zombie too, the root is gone, and that of each of its threads. */
async function requireRunning(pid: number): Promise<void> {
  await withProcFolder(pid, (folder) => readlink(`${folder}/root`)).catch(({ code }: NodeJS.ErrnoException) => {
    if (code === 'ENOENT' || code === 'ESRCH') throw ended(pid);
  });
}

function silent(pid: number): AttachError {
  return new AttachError(pid, 'no-answer', 'the JVM did not open its attach socket in time; is it stopped or very busy?');
}

function ended(pid: number): OffheapError {
  return new OffheapError('NO_SUCH_PROCESS', `Process ${pid} ended while it was asked.`);
}
