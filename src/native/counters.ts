import type { CounterField, CounterInfo, CounterSnapshot, CounterWriter, ThreadCounters } from '../model/counters.ts';
import { OffheapError } from '../model/errors.ts';
import { printable } from '../model/printable.ts';
import { libcOf } from '../process/libc.ts';
import { innermostPid, livingThreadNames } from '../process/threads.ts';
import { loadBinding, type NativeCounterMap } from './binding.ts';
import { checkCells } from './counter-checks.ts';
import { toContradictionError, toCounterError } from './counter-errors.ts';
import { mapPage } from './counter-map.ts';
import { CounterDecoder } from './counter-snapshot.ts';
import { counterPagePaths, mapsPage, processStartTime } from './counter-source.ts';
import { preloadLibraryPath } from './preload-paths.ts';

export type { CounterField, CounterInfo, CounterSnapshot, CounterWriter, EntryPoint, ThreadCounters } from '../model/counters.ts';

/**
 * Opens the counters of a process that runs on libmmapalloc.so or behind libmeter.so, by its pid, or those that a process left in OFFHEAP_COUNTERS_DIR, by their
 * path: then it may long be dead. A process that has both libraries has two pages: `writer` says which, without it it is the meter's.
 *
 * @throws OffheapError NO_SUCH_PROCESS, NO_PERMISSION, or COUNTERS_… when there is no page, or none that can be believed.
 */
export function openCounters(source: { pid: number; writer?: CounterWriter } | { path: string }): CounterReader {
  if ('path' in source) {
    const { path } = source;
    const map = mapPage(path);
    const { pid } = map.info;
    return new CounterReader(map, path, isAsOld(pid, map) && mapsPage(pid, path) ? pid : undefined);
  }
  return openByPid(source.pid, source.writer);
}

/** Every counter of the page: name, kind, unit, and what it means in a sentence. */
export function describeCounters(): CounterField[] {
  return loadBinding().counterPage.fields.map(({ kind, name, unit, doc }) => ({ kind, name, unit, doc }));
}

/** An open counter page. Reading takes microseconds and no system call, and does not disturb the process. */
export class CounterReader {
  readonly info: CounterInfo;
  readonly #map: NativeCounterMap;
  readonly #decoder: CounterDecoder;
  readonly #cells = new Float64Array(loadBinding().counterPage.cellCount);
  /** The process that writes the page, as this process sees it; undefined when it lived no more at the opening. */
  readonly #process: { pid: number; startTime: number } | undefined;
  #closed = false;

  /** Made by openCounters(). `pid` is the writer's as this process sees it, `undefined` when it is dead or unknown. */
  constructor(map: NativeCounterMap, path: string, pid: number | undefined) {
    const { createdUnixMs, isPreceded, writer } = map.info;
    const { version } = loadBinding().counterPage;
    this.info = { pid: map.info.pid, createdUnixMs, writer, isPreceded, version, path };
    this.#map = map;
    this.#decoder = new CounterDecoder(loadBinding().counterPage.fields, { writer, isPreceded });
    const startTime = pid === undefined ? undefined : processStartTime(pid);
    this.#process = pid === undefined || startTime === undefined ? undefined : { pid, startTime };
  }

  /** The counters now; of a dead process, as it left them. */
  read(): CounterSnapshot {
    this.#requireOpen();
    const verdict = this.#map.read(this.#cells);
    if (verdict.status !== 'ok' && verdict.status !== 'unsettled') throw toCounterError(this.info.path, verdict);
    this.#requireCredible(this.#cells);
    return this.#decoder.toSnapshot(this.#cells, verdict.status === 'ok');
  }

  /**
   * The threads that live now, or lived when the process died. What ended threads counted is in read() alone. With `names`, by thread id, theirs are not
   * read anew, which takes longer than all the rest.
   */
  readThreads(names?: ReadonlyMap<number, string>): ThreadCounters[] {
    this.#requireOpen();
    const { threads, ...verdict } = this.#map.threads();
    if (!threads) throw toCounterError(this.info.path, verdict);
    // What one thread takes away may be more than it adds.
    for (const { cells } of threads) this.#requireCredible(cells.map(Math.abs));
    const nameOf = names ? (tid: number) => names.get(tid) : this.#livingNames();
    return threads.map((thread) =>
      this.#decoder.toThreadCounters({ ...thread, name: nameOf(thread.tid) ?? printable(thread.name) }),
    );
  }

  #livingNames(): (tid: number) => string | undefined {
    return this.#process && this.isWriterAlive() ? livingThreadNames(this.#process.pid, this.info.pid) : () => undefined;
  }

  /** Whether the process that writes the page still runs. A page opened by its path in another pid namespace counts as dead. */
  isWriterAlive(): boolean {
    return this.#process !== undefined && processStartTime(this.#process.pid) === this.#process.startTime;
  }

  /** Unmaps the page. More calls do nothing. */
  close(): void {
    this.#closed = true;
    this.#map.close();
  }

  #requireCredible(cells: Float64Array): void {
    const contradiction = checkCells(cells, loadBinding().counterPage.fields);
    if (contradiction) throw toContradictionError(this.info.path, contradiction);
  }

  #requireOpen(): void {
    if (this.#closed) {
      throw new OffheapError(
        'COUNTERS_CLOSED',
        `Expected the reader of ${this.info.path} to be open; it was closed. Open it again.`,
      );
    }
  }
}

function openByPid(pid: number, writer: CounterWriter | undefined): CounterReader {
  if (!Number.isSafeInteger(pid) || pid <= 0) {
    throw new OffheapError('USAGE', `Expected a pid to be a whole number over 0, got ${pid}.`);
  }
  let failure: unknown;
  let second: CounterReader | undefined;
  for (const path of counterPagePaths(pid)) {
    try {
      const reader = openOwnPage(path, pid);
      if (reader.info.writer === (writer ?? 'meter')) {
        second?.close();
        return reader;
      }
      if (writer === undefined && !second) second = reader;
      else reader.close();
    } catch (error) {
      failure ??= error;
    }
  }
  if (second) return second;
  throw failure ?? noPage(pid, writer);
}

/** Whether the process that has this pid now had it when the page was made: no other one had it then. */
function isAsOld(pid: number, { info: { createdTicks } }: NativeCounterMap): boolean {
  const startTime = processStartTime(pid);
  return startTime !== undefined && (createdTicks === 0 || startTime <= createdTicks);
}

/** A forked child has its parent's page mapped until it has its own, and for ever when it was made by a raw clone(2). */
function openOwnPage(path: string, pid: number): CounterReader {
  const map = mapPage(path);
  const { pid: writerPid } = map.info;
  if (innermostPid(pid) === writerPid && isAsOld(pid, map)) return new CounterReader(map, path, pid);
  map.close();
  throw new OffheapError(
    'COUNTERS_NOT_READY',
    `Expected process ${pid} to have a counter page of its own; the one it has belongs to process ${writerPid}, from which it was forked. Try again in a moment, or read process ${writerPid}.`,
  );
}

function noPage(pid: number, writer: CounterWriter | undefined): OffheapError {
  const libraries = writer ? `lib${writer}.so` : 'libmeter.so or libmmapalloc.so';
  return new OffheapError(
    'COUNTERS_NOT_FOUND',
    `Expected process ${pid} to have a counter page, found none: it was started without ${libraries} or with OFFHEAP_COUNTERS=off, or has just begun or ended. Start it with LD_PRELOAD=${preloadLibraryPath(writer ?? 'meter', libcOf(pid))}`,
  );
}
