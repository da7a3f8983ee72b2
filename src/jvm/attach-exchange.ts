import { OffheapError } from '../model/errors.ts';
import type { Account } from '../native/connect-as.ts';
import { openConnection } from './attach-connection.ts';
import { AttachError } from './attach-error.ts';
import { type ReplyBounds, replyBoundsOf } from './reply-bounds.ts';

/**
 * HotSpot's attach protocol, version 1, spoken directly (jdk: src/hotspot/os/posix/attachListener_posix.cpp and
 * src/jdk.attach/linux/classes/sun/tools/attach/VirtualMachineImpl.java). A command takes under a millisecond, where starting jcmd takes
 * 130 ms and a JVM of its own.
 */
const protocolVersion = '1';
const maxArguments = 3;
const newline = 0x0a;

/** One of the attach protocol's own, as `load` of an agent. */
export interface AttachOperation {
  name: string;
  /** Three at most. */
  operands: readonly string[];
}

export interface Question {
  pid: number;
  /** The JVM's user and group. */
  account: Account;
  /** A diagnostic command with its arguments; of another operation what it is called. */
  command: string;
  /** Default: the diagnostic command. */
  operation?: AttachOperation | undefined;
  /** For the whole exchange, however its bytes are spread. */
  timeoutMs: number;
  /** Calls it off: it rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** What is answered at an attach socket: a status, a newline, a text. Beyond the command's bounds it is not read, and nothing of it is kept. */
export function exchange(socketPath: string, { pid, account, command, operation, timeoutMs, signal }: Question): Promise<string> {
  return new Promise((resolve, reject) => {
    const reply = new BoundedReply(replyBoundsOf(command));
    const { socket, isForeign } = openConnection(pid, socketPath, account);
    const failure = (error: Error) =>
      isForeign && hungUp.has((error as NodeJS.ErrnoException).code)
        ? notHeard(pid, account, error)
        : new AttachError(pid, 'failed', `${error.message}.`, error);
    // A timer for the whole exchange: a stopped JVM accepts the connection and never answers.
    const timer = setTimeout(
      () => socket.destroy(new AttachError(pid, 'no-answer', 'the JVM did not answer in time; is it stopped or very busy?')),
      timeoutMs,
    );
    socket.write(encodeRequest(operation ?? { name: 'jcmd', operands: [command] }));
    socket.on('data', (chunk: Buffer) => {
      if (reply.add(chunk)) return;
      socket.destroy(new AttachError(pid, 'too-long', `its answer to \`${command}\` is longer than any JVM's.`));
    });
    const callOff = () => {
      reject(signal?.reason);
      socket.destroy();
    };
    signal?.addEventListener('abort', callOff, { once: true });
    socket.on('error', (error) => reject(error instanceof OffheapError ? error : failure(error)));
    socket.on('close', (hasFailed) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', callOff);
      if (hasFailed) return;
      if (isForeign && reply.isEmpty) reject(notHeard(pid, account));
      else resolve(reply.text());
    });
  });
}

/** The other end, with what it was asked unread. */
const hungUp: ReadonlySet<string | undefined> = new Set(['ECONNRESET', 'EPIPE']);

function notHeard(pid: number, { uid, gid }: Account, cause: Error = Object.assign(new Error(), { code: 'EPIPE' })): AttachError {
  return new AttachError(
    pid,
    'not-heard',
    `the JVM hung up. It hears its own user and group (uid ${uid}, gid ${gid}), which this process may not take; root as well from JDK 10 on. Run offheap as them (setpriv --reuid=${uid} --regid=${gid} --clear-groups offheap …), or as root with the capabilities CAP_SETUID and CAP_SETGID.`,
    cause,
  );
}

function encodeRequest({ name, operands }: AttachOperation): string {
  const padded = [...operands, ...Array<string>(maxArguments - operands.length).fill('')];
  return [protocolVersion, name, ...padded].map((field) => `${field}\0`).join('');
}

class BoundedReply {
  readonly #bounds: ReplyBounds;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #lines = 0;

  constructor(bounds: ReplyBounds) {
    this.#bounds = bounds;
  }

  /** Whether there was room for it. */
  add(chunk: Buffer): boolean {
    this.#bytes += chunk.length;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, at + 1)) this.#lines++;
    if (this.#bytes > this.#bounds.bytes || this.#lines > this.#bounds.lines) return false;
    this.#chunks.push(chunk);
    return true;
  }

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString();
  }
}
