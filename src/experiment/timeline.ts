import type { AddressRange } from '../model/address-range.ts';
import type { CounterInfo } from '../model/counters.ts';
import type { Timeline } from '../model/result.ts';
import { type MemorySample, Sampler } from '../native/sampler.ts';
import { findGaps } from '../stats/gaps.ts';
import { type Movement, movementBefore, steadyWindowMs } from '../stats/steady.ts';

export interface TimelineOptions {
  /** performance.now() that all times of the cell count from. */
  startedAt: number;
  intervalMs: number;
  /** Usage of the memory cgroup. */
  cgroupFile?: string | undefined;
}

const detailIntervalMs = 500;
/** Long before the sampler's ring is full, even at 1 kHz. */
const drainIntervalMs = 1000;

/** Collects what the native sampler sees of one process from its start to its end. */
export class TimelineRecorder {
  readonly #options: TimelineOptions;
  #sampler: Sampler;
  readonly #timer: NodeJS.Timeout;
  #samples: MemorySample[] = [];

  /** @throws OffheapError NO_SUCH_PROCESS */
  constructor(pid: number, options: TimelineOptions) {
    this.#options = options;
    this.#sampler = new Sampler(pid, { ...options, detailIntervalMs });
    this.#timer = setInterval(() => this.#drain(), drainIntervalMs);
  }

  /** From now on of another process. What was sampled of the first is dropped: two processes are not one curve. */
  follow(pid: number): void {
    this.#sampler.stop();
    this.#samples = [];
    this.#sampler = new Sampler(pid, { ...this.#options, detailIntervalMs });
  }

  watchCounters(info: CounterInfo): void {
    this.#sampler.watchCounters(info);
  }

  watchJavaHeap(ranges: readonly AddressRange[]): void {
    this.#sampler.watchRanges(ranges);
  }

  /** What RSS did in the window before now; undefined where that is not covered. */
  movement(): Movement | undefined {
    this.#drain();
    const nowMs = performance.now() - this.#options.startedAt;
    const from = this.#samples.findLastIndex(({ atMs }) => atMs < nowMs - steadyWindowMs) + 1;
    const recent = this.#samples.slice(from).filter(({ rssBytes }) => rssBytes !== undefined);
    return movementBefore({ atMs: recent.map(({ atMs }) => atMs), rssBytes: recent.map(({ rssBytes = 0 }) => rssBytes) }, nowMs);
  }

  /** Stops and returns what was sampled, up to the death of the process if it has died. May be called again. */
  stop(): Timeline {
    clearInterval(this.#timer);
    this.#sampler.stop();
    this.#drain();
    const { intervalMs } = this.#options;
    const { droppedSamples, cpuMs } = this.#sampler.status();
    // The sample after the end has no RSS: a process that is gone has none, which is not 0.
    const samples = this.#samples.filter(({ rssBytes }) => rssBytes !== undefined);
    const atMs = samples.map((sample) => toTenth(sample.atMs));
    const hasLiveBytes = samples.some(({ liveBytes }) => liveBytes !== undefined);
    return {
      intervalMs,
      atMs,
      rssBytes: samples.map(({ rssBytes }) => rssBytes ?? 0),
      ...(hasLiveBytes ? { liveBytes: samples.map(({ liveBytes }) => levelOf(liveBytes)) } : {}),
      gaps: findGaps(atMs, intervalMs),
      droppedSamples,
      samplerCpuMs: toTenth(cpuMs),
      details: detailsOf(samples),
    };
  }

  #drain(): void {
    for (const sample of this.#sampler.drain()) this.#samples.push(sample);
  }
}

function detailsOf(samples: readonly MemorySample[]): Timeline['details'] {
  const detailed = samples.filter(({ exactRssBytes, cgroupBytes }) => exactRssBytes !== undefined || cgroupBytes !== undefined);
  const series = (field: keyof MemorySample) => detailed.map((sample) => sample[field] ?? null);
  return {
    atMs: detailed.map(({ atMs }) => toTenth(atMs)),
    rssBytes: series('exactRssBytes'),
    anonymousBytes: series('anonymousBytes'),
    swapBytes: series('swapBytes'),
    javaHeapRssBytes: series('rangesRssBytes'),
    cgroupBytes: series('cgroupBytes'),
  };
}

/** A sum over threads that is read while they count may be below zero by what they do in that moment. */
function levelOf(bytes: number | undefined): number | null {
  return bytes === undefined ? null : Math.max(0, bytes);
}

function toTenth(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
