import { existsSync } from 'node:fs';
import { chmod, chown, copyFile, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { basename, join } from 'node:path';
import { loadAgent } from '../jvm/attach.ts';
import type { AllocatorAnswer } from '../model/allocator-answer.ts';
import { OffheapError } from '../model/errors.ts';
import { nativeCure, nativeFolderOf } from '../native/native-folder.ts';
import { longestReplyBytes, parseAllocatorReply } from '../parse/allocator-reply.ts';
import { withLentFolder } from './lent-folder.ts';

const library = 'liballocator-agent.so';

export interface AskAllocatorOptions {
  /** Also has the allocator that serves malloc give back what is idle. */
  purges: boolean;
  /** For all of it. */
  timeoutMs: number;
  /** Calls it off: it rejects with the signal's reason. What the JVM was told to do it does. */
  signal?: AbortSignal | undefined;
}

/**
 * Has a JVM load a small agent, by which the allocators in it are asked by their public functions. The agent starts no thread and keeps nothing, but its library
 * stays mapped: 20 KiB. JDK 21 and later warn on their stderr that an agent was loaded (JEP 451).
 *
 * @throws OffheapError ATTACH_FAILED, NO_SUCH_PROCESS or NATIVE_MISSING
 */
export async function askAllocator(pid: number, options: AskAllocatorOptions): Promise<AllocatorAnswer[]> {
  const agent = locateAgent();
  return withLentFolder(pid, async ({ folder, inside }) => {
    await copyFile(agent, join(folder, library));
    const { uid, gid } = await stat(folder);
    const socket = join(folder, 'answer');
    const answer = new Answer(options.timeoutMs);
    try {
      await answer.listen(socket);
      await chmod(socket, 0o600);
      if (process.getuid?.() === 0) await chown(socket, uid, gid);
      const argument = `${options.purges ? 'purge' : 'ask'}:${join(inside, 'answer')}`;
      const loaded = await loadAgent(pid, { library: join(inside, library), argument }, options);
      if (loaded.code !== 0) throw notLoaded(pid, loaded);
      return (await answer.whole()) ?? refuseAnswer(pid);
    } finally {
      answer.close();
    }
  });
}

function locateAgent(): string {
  const folder = nativeFolderOf(library);
  const path = join(folder ?? '', library);
  if (folder === undefined || !existsSync(path))
    throw new OffheapError('NATIVE_MISSING', `Expected ${basename(path)}, found no such file. ${nativeCure}`);
  return path;
}

function notLoaded(pid: number, { code, text }: { code: number | undefined; text: string }): OffheapError {
  const why = code === undefined ? text : `its Agent_OnAttach returned ${code}`;
  const isForbidden = /dynamic agent loading/i.test(text);
  const cure = isForbidden
    ? ' Start the JVM with -XX:+EnableDynamicAgentLoading, or without the flag that forbids it.'
    : ' See what the JVM wrote to its stderr.';
  return new OffheapError('ATTACH_FAILED', `Expected process ${pid} to load ${library}, but it did not: ${why || 'it does not say why'}.${cure}`);
}

function refuseAnswer(pid: number): never {
  throw new OffheapError(
    'ATTACH_FAILED',
    `Expected the answer of ${library} in process ${pid}, found none that is whole. Ask again; if it stays so, the process has another libc or is overwritten.`,
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
