import { existsSync } from 'node:fs';
import { chmod, chown, copyFile, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { basename, join } from 'node:path';
import { loadAgent } from '../jvm/attach.ts';
import { isRefused } from '../jvm/attach-error.ts';
import type { AllocatorAnswer } from '../model/allocator-answer.ts';
import { OffheapError } from '../model/errors.ts';
import { quote } from '../model/units.ts';
import { nativeCure, nativeFolderOf } from '../native/native-folder.ts';
import { longestReplyBytes, parseAllocatorReply } from '../parse/allocator-reply.ts';
import { isSameRoot, withLentFolder } from './lent-folder.ts';

const library = 'liballocator-agent.so';

export interface AskAllocatorOptions {
  /** Also has the allocator that serves malloc give back what is idle. */
  purges: boolean;
  /** Asks only where the library is loaded from where it is: a copy would be mapped besides, each time. Default false. */
  staysInPlace?: boolean;
  /** For all of it. */
  timeoutMs: number;
  /** Calls it off: it rejects with the signal's reason. What the JVM was told to do it does. */
  signal?: AbortSignal | undefined;
}

/**
 * Has a JVM load a small agent, by which the allocators in it are asked by their public functions. The agent starts no thread and keeps nothing, but its library
 * stays mapped: 92 KiB, of which 32 are resident. JDK 21 and later warn on their stderr that an agent was loaded (JEP 451).
 *
 * @throws OffheapError ATTACH_FAILED, NO_SUCH_PROCESS or NATIVE_MISSING
 */
export async function askAllocator(pid: number, options: AskAllocatorOptions): Promise<AllocatorAnswer[]> {
  const agent = locateAgent();
  return withLentFolder(pid, async ({ folder, inside }) => {
    const { uid, gid } = await stat(folder);
    const socket = join(folder, 'answer');
    const answer = new Answer(options.timeoutMs);
    try {
      await answer.listen(socket);
      await chmod(socket, 0o600);
      if (process.getuid?.() === 0) await chown(socket, uid, gid);
      const argument = `${options.purges ? 'purge' : 'ask'}:${join(inside, 'answer')}`;
      const loaded = await loadFrom(pid, { agent, folder, inside, argument }, options);
      if (loaded.code !== 0) throw notLoaded(pid, loaded);
      return (await answer.whole()) ?? refuseAnswer(pid);
    } finally {
      answer.close();
    }
  });
}

interface AgentPlaces {
  /** Where the library is here. */
  agent: string;
  /** A folder that the process can read, by its names here and there. */
  folder: string;
  inside: string;
  argument: string;
}

/**
 * From where it is, if the process sees the same files: loaded again, it is not mapped again. Where it does not, or may not read them, from a copy. That is a file of
 * its own each time.
 */
async function loadFrom(pid: number, { agent, folder, inside, argument }: AgentPlaces, options: AskAllocatorOptions) {
  if (await isSameRoot(pid)) {
    const loaded = await loadAgent(pid, { library: agent, argument }, options).catch(unlessRefused);
    if (loaded?.code !== undefined) return loaded;
  }
  if (options.staysInPlace) return { code: undefined, text: 'it would need a copy' };
  await copyFile(agent, join(folder, library));
  return loadAgent(pid, { library: join(inside, library), argument }, options).catch((error: Error) => {
    unlessRefused(error);
    return { code: undefined, text: error.message };
  });
}

/** What the JVM says no to it may do with another file. */
function unlessRefused(error: Error): undefined {
  if (!isRefused(error)) throw error;
  return undefined;
}

function locateAgent(): string {
  const folder = nativeFolderOf(library);
  const path = join(folder ?? '', library);
  if (folder === undefined || !existsSync(path))
    throw new OffheapError('NATIVE_MISSING', `Expected ${basename(path)}, found no such file. ${nativeCure}`);
  return path;
}

function notLoaded(pid: number, { code, text }: { code: number | undefined; text: string }): OffheapError {
  if (/dynamic agent loading/i.test(text))
    return new OffheapError(
      'ATTACH_FAILED',
      `Expected process ${pid} to load liballocator-agent.so, but it was started with -XX:-EnableDynamicAgentLoading, which forbids that. Start it without that flag.`,
    );
  const why = code === undefined ? `it answered ${quote(text)}` : `its Agent_OnAttach returned ${code}`;
  return new OffheapError(
    'ATTACH_FAILED',
    `Expected process ${pid} to load liballocator-agent.so, but it did not: ${why}. See what the JVM wrote to its stderr.`,
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
