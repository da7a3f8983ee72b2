import { readPerfData } from '../jvm/perf-data.ts';
import type { HeapInspection } from '../model/inspection.ts';
import { present } from '../model/present.ts';
import { parseCollections, survivedBytesOf } from '../parse/collections.ts';
import { isMappedByJvm, parseMappedFiles } from '../parse/maps.ts';
import { parseKiBFields, parseStatusLine } from '../parse/proc-fields.ts';
import { readThreadTimes } from '../process/threads.ts';
import type { Glance } from '../stats/glance.ts';
import { readProcFile } from './identity.ts';
import { readLiveCounters } from './live-counters.ts';
import type { InspectHeap } from './readings.ts';

export interface GlanceOptions {
  inspect: InspectHeap;
  /** Processor time for the walk of the malloc heaps; none where it is 0. */
  budgetMs: number;
  signal?: AbortSignal | undefined;
}

/** A quick reading of one process, again and again: it asks the JVM nothing. */
export class Glancer {
  readonly #pid: number;
  #files: readonly string[] | undefined;

  constructor(pid: number) {
    this.#pid = pid;
  }

  /** @throws OffheapError NO_SUCH_PROCESS or NO_PERMISSION */
  async glance(options: GlanceOptions): Promise<Glance> {
    this.#files ??= [...parseMappedFiles(await readProcFile(this.#pid, 'maps'))];
    const isJvm = isMappedByJvm(this.#files);
    const malloc = await inspectWithin(this.#pid, options);
    const status = await readProcFile(this.#pid, 'status');
    const sizes = parseKiBFields(status);
    const threads = parseStatusLine(status, 'Threads');
    const { value: counters } = readLiveCounters(this.#pid);
    return {
      at: Date.now(),
      ...present('rssBytes', sizes.get('VmRSS')),
      ...present('peakRssBytes', sizes.get('VmHWM')),
      ...(threads === undefined ? {} : { threads: Number(threads) }),
      ...present('malloc', malloc),
      ...present('liveBytes', counters?.liveBytes),
      ...(isJvm ? await readJvm(this.#pid, this.#files) : {}),
    };
  }
}

async function readJvm(pid: number, files: readonly string[]): Promise<Partial<Glance>> {
  const counters = await readPerfData(pid, files);
  const compilerTimes = readThreadTimes(pid, isCompiler);
  const collected = counters && parseCollections(counters);
  return {
    ...present('survivedBytes', counters && survivedBytesOf(counters)),
    ...present('collections', collected?.collections),
    ...present('lastCollectionMs', collected?.lastAnyMs),
    compilerTimes,
  };
}

/** The kernel keeps 15 bytes of `C2 CompilerThread0` (jdk: compileBroker.cpp). */
function isCompiler(name: string): boolean {
  return /^(?:C[12]|JVMCI) CompilerTh/.test(name);
}

/** A reading that fails, or is called off, is one less. */
async function inspectWithin(pid: number, { inspect, budgetMs, signal }: GlanceOptions): Promise<HeapInspection | undefined> {
  if (budgetMs === 0) return undefined;
  try {
    return await inspect(pid, { budgetMs, ...(signal ? { signal } : {}) });
  } catch {
    return undefined;
  }
}
