import { readPerfData } from '../jvm/perf-data.ts';
import type { JvmOfAttempt } from '../model/fit.ts';
import { parseCoreCounters } from '../parse/core-counters.ts';
import { parseMappedFiles } from '../parse/maps.ts';
import { readProc } from '../process/proc-file.ts';

/** A JVM that is killed at its limit may live for a tenth of a second. */
const earlyIntervalMs = 25;
const earlyLooks = 80;
/** A program may start its JVM late. */
const lateIntervalMs = 500;
/** Of a program that starts thousands. */
const maxProcesses = 64;

/**
 * Watches the processes of a group for JVMs and keeps what each has chosen, from the counters that it shares by itself: it is not attached to, and pays
 * nothing. What a JVM has chosen is fixed when its counters become readable (jdk: runtime/perfMemory.cpp, the `accessible` byte is set by the end of its
 * start).
 */
export class JvmWatch {
  readonly #listPids: () => readonly number[];
  readonly #seen = new Map<number, JvmOfAttempt>();
  readonly #stopped = new AbortController();
  #looks = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param listPids the processes of the group, as they are now. */
  constructor(listPids: () => readonly number[]) {
    this.#listPids = listPids;
    this.#schedule();
  }

  /** Ends the watch. The JVM with the largest heap, the later of two; undefined where none was seen. */
  stop(): JvmOfAttempt | undefined {
    this.#stopped.abort();
    clearTimeout(this.#timer);
    const heapOf = ({ maxHeapBytes = 0 }: JvmOfAttempt) => maxHeapBytes;
    return [...this.#seen.values()].reduce<JvmOfAttempt | undefined>(
      (largest, jvm) => (largest === undefined || heapOf(jvm) >= heapOf(largest) ? jvm : largest),
      undefined,
    );
  }

  #schedule(): void {
    if (this.#stopped.signal.aborted) return;
    this.#timer = setTimeout(() => void this.#look(), this.#looks++ < earlyLooks ? earlyIntervalMs : lateIntervalMs);
  }

  async #look(): Promise<void> {
    const unknown = this.#listPids().filter((pid) => !this.#seen.has(pid));
    for (const pid of unknown.slice(0, maxProcesses)) {
      const jvm = await readJvm(pid);
      if (jvm && !this.#stopped.signal.aborted) this.#seen.set(pid, jvm);
    }
    this.#schedule();
  }
}

/** Undefined for what is no JVM, or has ended meanwhile, or is not ready yet. */
async function readJvm(pid: number): Promise<JvmOfAttempt | undefined> {
  try {
    const counters = await readPerfData(pid, [...parseMappedFiles(await readProc(pid, 'maps'))]);
    if (!counters) return undefined;
    const { heap, reservedBytes } = parseCoreCounters(counters);
    return { collector: heap.collector, ...(reservedBytes === undefined ? {} : { maxHeapBytes: reservedBytes }) };
  } catch {
    return undefined;
  }
}
