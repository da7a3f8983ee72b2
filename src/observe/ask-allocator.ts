import { chmod, chown, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { type AttachOptions, loadAgent } from '../jvm/attach.ts';
import { isRefused } from '../jvm/attach-error.ts';
import type { AllocatorAnswer, AllocatorRequest } from '../model/allocator-answer.ts';
import { isGone, OffheapError } from '../model/errors.ts';
import { listMallocSettings } from '../model/malloc-settings.ts';
import { quote } from '../model/units.ts';
import { agentFile, locateAgent } from '../native/preload-paths.ts';
import { longestReplyBytes, parseAllocatorReply } from '../parse/allocator-reply.ts';
import { libcOf } from '../process/libc.ts';
import { isSameRoot, type LentFolder, withLentFolder } from './lent-folder.ts';

export interface AskAllocatorOptions extends AttachOptions {
  /** Asks only where the library is loaded from where it is: a copy would be mapped besides, each time. Nobody answers otherwise. Default false. */
  staysInPlace?: boolean;
}

/** What its Agent_OnAttach returns: native/agent/agent.c. */
const agentCodes = { ok: 0, noAnswer: 2 };

/**
 * Has a JVM load a small agent, by which the allocators in it are asked by their public functions. The agent starts no thread and keeps nothing, but its library
 * stays mapped: 92 KiB, of which 32 are resident. JDK 21 and later warn on their stderr that an agent was loaded (JEP 451). A signal calls it off; what the JVM was told to
 * do it does.
 *
 * @throws OffheapError ATTACH_FAILED, NO_SUCH_PROCESS, PROCESS_ENDED or NATIVE_MISSING
 */
export async function askAllocator(
  pid: number,
  request: AllocatorRequest,
  options: AskAllocatorOptions,
): Promise<AllocatorAnswer[]> {
  const agent = locateAgent(libcOf(pid));
  try {
    // From where it is, if the process sees the same files: loaded again, it is not mapped again. It may not be allowed to read them.
    const answers = (await isSameRoot(pid))
      ? await withLentFolder(pid, {}, (lent) => ask(pid, { ...lent, agent }, request, options))
      : undefined;
    if (answers || options.staysInPlace) return answers ?? [];
    // A copy is a file of its own each time.
    return await withLentFolder(pid, { library: agent }, async (lent) => {
      const copied = await ask(pid, { ...lent, agent: join(lent.inside, agentFile) }, request, { ...options, isLast: true });
      return copied ?? refuseAnswer(pid);
    });
  } catch (error) {
    throw isGone(error) ? endedMeanwhile(pid) : error;
  }
}

interface Asking extends AttachOptions {
  /** No other file is tried: that it cannot be loaded is an error. */
  isLast?: boolean;
}

/** Undefined where the JVM did not load that file. */
async function ask(
  pid: number,
  { agent, folder, inside }: LentFolder & { agent: string },
  request: AllocatorRequest,
  { isLast = false, ...options }: Asking,
): Promise<AllocatorAnswer[] | undefined> {
  const { uid, gid } = await stat(folder);
  const socket = join(folder, 'answer');
  const answer = new Answer(options.timeoutMs);
  try {
    await answer.listen(socket);
    await chmod(socket, 0o600);
    if (process.getuid?.() === 0) await chown(socket, uid, gid);
    const argument = `${verbOf(request)}:${join(inside, 'answer')}`;
    const { code, text } = await loadAgent(pid, { library: agent, argument }, options).catch(asRefusal);
    if (code === undefined && !isLast) return undefined;
    if (code !== agentCodes.ok) throw notLoaded(pid, { code, text });
    return (await answer.whole()) ?? refuseAnswer(pid);
  } finally {
    answer.close();
  }
}

/** As native/agent/request.h has it. */
function verbOf(request: AllocatorRequest): string {
  if (typeof request === 'string') return request;
  return `set:${listMallocSettings(request.set)
    .map(([name, value]) => `${name}=${value}`)
    .join(',')}`;
}

/** What the JVM says no to it may do with another file. */
function asRefusal(error: Error): { code: undefined; text: string } {
  if (!isRefused(error)) throw error;
  return { code: undefined, text: error.message };
}

function notLoaded(pid: number, { code, text }: { code: number | undefined; text: string }): OffheapError {
  if (/dynamic agent loading/i.test(text))
    return new OffheapError(
      'ATTACH_FAILED',
      `Expected process ${pid} to load liballocator-agent.so, but it was started with -XX:-EnableDynamicAgentLoading, which forbids that. Start it without that flag.`,
    );
  if (code === agentCodes.noAnswer)
    return new OffheapError(
      'ATTACH_FAILED',
      `Expected liballocator-agent.so in process ${pid} to answer at a socket, but the process may not connect to it: a seccomp filter, AppArmor or SELinux forbids that. What it was told to do is done.`,
    );
  const why = code === undefined ? `it answered ${quote(text)}` : `its Agent_OnAttach returned ${code}`;
  return new OffheapError(
    'ATTACH_FAILED',
    `Expected process ${pid} to load liballocator-agent.so, but it did not: ${why}. See what the JVM wrote to its stderr, and whether AppArmor or SELinux keeps it from mapping that file.`,
  );
}

function endedMeanwhile(pid: number): OffheapError {
  return new OffheapError(
    'PROCESS_ENDED',
    `Process ${pid} ended while its allocator was asked. See what it wrote to its stderr, and a file hs_err_pid*.log in its working directory.`,
  );
}

function refuseAnswer(pid: number): never {
  throw new OffheapError(
    'ATTACH_FAILED',
    `Expected the answer of liballocator-agent.so in process ${pid}, found none that is whole. Ask again; if it stays so, the process has another libc or is overwritten.`,
  );
}

/** The one answer that comes to a socket. */
class Answer {
  readonly #server: Server;
  readonly #received: Promise<string>;
  #timer: NodeJS.Timeout | undefined;

  constructor(timeoutMs: number) {
    this.#server = createServer();
    this.#received = new Promise((resolve) => {
      this.#timer = setTimeout(() => resolve(''), timeoutMs);
      this.#server.once('connection', (socket) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        socket.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > longestReplyBytes) socket.destroy();
          else chunks.push(chunk);
        });
        socket.on('error', () => socket.destroy());
        socket.on('close', () => resolve(bytes > longestReplyBytes ? '' : Buffer.concat(chunks).toString()));
      });
    });
  }

  listen(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(path, resolve);
    });
  }

  /** Once the agent has ended; undefined where it is none. */
  async whole(): Promise<AllocatorAnswer[] | undefined> {
    return parseAllocatorReply(await this.#received);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#server.close();
  }
}
