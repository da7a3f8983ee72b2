import type { AddressRange } from '../model/address-range.ts';
import type { CounterInfo } from '../model/counters.ts';
import { loadBinding, type NativeSampler } from './binding.ts';
import { toProcessError } from './process-errors.ts';

/** One look at a process. A figure that was not read this time, or could not be, is absent. */
export interface MemorySample {
  /** Since `startedAt`. */
  atMs: number;
  /** From statm: cheap, and behind by some pages per CPU. Absent in the last sample of a process that has ended. */
  rssBytes?: number;
  liveBytes?: number;
  /** From smaps_rollup, or smaps when ranges are watched: exact, at the lower rate. */
  exactRssBytes?: number;
  anonymousBytes?: number;
  swapBytes?: number;
  /** RSS of the mappings that begin in the ranges watched, such as the Java heap. */
  rangesRssBytes?: number;
  /** Usage of the memory cgroup, page cache and other processes of the group included. */
  cgroupBytes?: number;
}

export interface SamplerStatus {
  /** Samples lost because nobody drained for so long that the ring was full: 80 s at 200 Hz. */
  droppedSamples: number;
  /** Processor time of the sampling thread so far. */
  cpuMs: number;
  /** When the process was found to have ended: up to one interval late. Absent while it runs. */
  endedAtMs?: number;
}

export interface SamplerOptions {
  /** Of RSS and live bytes; from 1 ms. */
  intervalMs: number;
  /** Of smaps and the cgroup; of smaps longer when the kernel takes long to make it, so that reading it stays below 1.5 ‰ of a core. */
  detailIntervalMs: number;
  /** The performance.now() from which samples count their time. */
  startedAt: number;
  /** `memory.current` or `memory.usage_in_bytes` of the group to watch. */
  cgroupFile?: string | undefined;
}

const samplesPerDrain = 1024;

/** Fields of a sample as the addon lays them out: native/addon/memory_sample.h. */
const detailFields = [
  'rssBytes',
  'liveBytes',
  'exactRssBytes',
  'anonymousBytes',
  'swapBytes',
  'rangesRssBytes',
  'cgroupBytes',
] as const satisfies readonly (keyof MemorySample)[];

/**
 * Samples a process from a thread of its own, from outside and without stopping it. The samples wait in a ring until they are drained.
 * To be stopped by whoever started it.
 */
export class Sampler {
  readonly #native: NativeSampler;
  readonly #fields: number;
  readonly #buffer: Float64Array;

  /** @throws OffheapError NO_SUCH_PROCESS, or CHILD_FAILED when no thread can be started. */
  constructor(pid: number, { startedAt, ...options }: SamplerOptions) {
    const binding = loadBinding();
    // performance.now() and the sampler's CLOCK_MONOTONIC run alike and count from different moments.
    const originMs = Number(process.hrtime.bigint()) / 1e6 - (performance.now() - startedAt);
    const started = binding.startSampler({ pid, ...options, originMs });
    if ('errno' in started) throw toProcessError(pid, started.errno);
    this.#native = started;
    this.#fields = binding.sampleFields;
    this.#buffer = new Float64Array(samplesPerDrain * this.#fields);
  }

  /** Live bytes from now on; to be called once. False when the page cannot be read. */
  watchCounters({ path, writer }: Pick<CounterInfo, 'path' | 'writer'>): boolean {
    const name = writer === 'meter' ? 'live_usable_bytes' : 'live_requested_bytes';
    const field = loadBinding().counterPage.fields.find((candidate) => candidate.name === name);
    return field !== undefined && this.#native.watchCounters(path, field.firstCell);
  }

  /** From the next detail on, `rangesRssBytes` is of these address ranges; at most 16. False when there are more. */
  watchRanges(ranges: readonly AddressRange[]): boolean {
    return this.#native.watchRanges(Float64Array.from(ranges.flatMap(({ start, end }) => [start, end])));
  }

  /** What was sampled since the last call, oldest first. */
  drain(): MemorySample[] {
    const samples: MemorySample[] = [];
    for (let count = samplesPerDrain; count === samplesPerDrain; ) {
      count = this.#native.drain(this.#buffer);
      for (let index = 0; index < count; index++) samples.push(this.#toSample(index * this.#fields));
    }
    return samples;
  }

  status(): SamplerStatus {
    return this.#native.status();
  }

  /** What was sampled until now can still be drained. More calls do nothing. */
  stop(): void {
    this.#native.stop();
  }

  #toSample(offset: number): MemorySample {
    const sample: MemorySample = { atMs: this.#buffer[offset] ?? Number.NaN };
    detailFields.forEach((field, index) => {
      const value = this.#buffer[offset + 1 + index] ?? Number.NaN;
      if (!Number.isNaN(value)) sample[field] = value;
    });
    return sample;
  }
}
