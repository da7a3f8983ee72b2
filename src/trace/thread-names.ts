import { setTimeout as delay } from 'node:timers/promises';
import { findMeasuredProcess } from '../observe/find-jvm.ts';
import { askThreads } from '../observe/jvm.ts';
import { readThreadPlaces } from '../process/threads.ts';

const pollMs = 500;
const attachTimeoutMs = 2000;
/** One that refuses, or does not answer, is not asked for ever. */
const mostFailures = 5;

/** Names of threads, looked at while they live: those of threads that have ended are kept. */
export class ThreadNames {
  /** At most 15 bytes. */
  readonly kernel = new Map<number, string>();
  /** In full. */
  readonly jvm = new Map<number, string>();
  /** The process whose threads were named last. */
  pid: number;
  readonly #root: number;
  #failures = 0;

  /** `rootPid` is the process, or one that has started it, such as strace. */
  constructor(rootPid: number) {
    this.#root = rootPid;
    this.pid = rootPid;
  }

  /** Reads them every half second until `over` is aborted. Thread.print stops a JVM for some microseconds a thread. */
  async watch(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      await delay(pollMs, undefined, { signal: over }).catch(() => {});
      if (!over.aborted) await this.readNames();
    }
  }

  async readNames(): Promise<void> {
    const { pid, isJvm } = findMeasuredProcess(this.#root);
    this.pid = pid;
    const places = readThreadPlaces(pid);
    const others = pid === this.#root ? [] : readThreadPlaces(this.#root);
    for (const { tid, name } of [...others, ...places]) this.kernel.set(tid, name);
    if (!isJvm || this.#failures >= mostFailures) return;
    try {
      const java = await askThreads(pid, { timeoutMs: attachTimeoutMs });
      const outer = new Map(places.map(({ tid, innerTid }) => [innerTid, tid]));
      for (const { nativeId, name } of java) {
        const tid = outer.get(nativeId);
        if (tid !== undefined) this.jvm.set(tid, name);
      }
    } catch {
      // Its start is not over, it ends, or it may not be asked: then the kernel's names have to do.
      this.#failures++;
    }
  }
}
