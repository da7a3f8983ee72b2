import type { CounterInfo, CounterSnapshot, ThreadCounters } from '../model/counters.ts';
import type { NativeBinding } from './binding.ts';
import { toCamelCase } from './camel-case.ts';

type Field = NativeBinding['counterPage']['fields'][number];

/** Turns the cells of a page into objects. Made once per page: where each name has its cell is looked up beforehand. */
export class CounterDecoder {
  readonly #calls: Place[];
  readonly #failures: Place[];
  readonly #scalars: Place[];
  readonly #histograms: Place[];
  readonly #isPreceded: boolean;

  /** Names come from the addon, that is from native/shared/counter_fields.h. */
  constructor(fields: readonly Field[], { writer, isPreceded }: Pick<CounterInfo, 'writer' | 'isPreceded'>) {
    this.#isPreceded = isPreceded;
    // Its cells stay 0 and are not shown, because they were not measured as 0.
    const otherWriter = writer === 'meter' ? 'mmapalloc' : 'meter';
    const isHistogram = ({ width }: Field) => width > 1;
    const isGroup = ({ name }: Field) => /^(calls|failures)_/.test(name);
    this.#calls = places(fields, ({ name }) => name.startsWith('calls_'), /^calls_/);
    this.#failures = places(fields, ({ name }) => name.startsWith('failures_'), /^failures_/);
    this.#histograms = places(fields, isHistogram, /_sizes$/);
    const scalars = fields.filter((field) => !isHistogram(field) && !isGroup(field) && field.writer !== otherWriter);
    this.#scalars = scalars.map((field) => ({ ...field, key: toCamelCase(field.name) }));
  }

  toSnapshot(cells: Float64Array, settled: boolean): CounterSnapshot {
    const scalars = pick(this.#scalars, cells);
    const histograms = this.#histograms.map(({ key, firstCell, width }) => [
      key,
      [...cells.subarray(firstCell, firstCell + width)],
    ]);
    const calls = pick(this.#calls, cells);
    const snapshot = {
      calls,
      failures: pick(this.#failures, cells),
      ...scalars,
      ...derive(scalars),
      sizeHistogram: Object.fromEntries(histograms),
      settled,
      ...(this.#isPreceded && allocatesElsewhere(calls) ? { ownAllocator: true } : {}),
    };
    // A test compares these keys with the type's.
    return snapshot as unknown as CounterSnapshot;
  }

  /** The part of a thread's cells that says something about one thread. */
  toThreadCounters({ tid, name, cells }: { tid: number; name: string; cells: Float64Array }): ThreadCounters {
    const { calls, ...snapshot } = this.toSnapshot(cells, true);
    const { liveAllocations, liveRequestedBytes, liveMappedBytes, liveUsableBytes, totalRequestedBytes } = snapshot;
    const allCalls = Object.values(calls).reduce((sum, count) => sum + count, 0);
    return {
      ...{ tid, name, calls: allCalls, liveAllocations },
      ...(liveRequestedBytes === undefined ? {} : { liveRequestedBytes }),
      ...(liveMappedBytes === undefined ? {} : { liveMappedBytes }),
      ...(liveUsableBytes === undefined ? {} : { liveUsableBytes }),
      totalRequestedBytes,
    };
  }
}

/** Blocks for aligned memory alone come here where the allocator that serves the program has none. */
function allocatesElsewhere({ malloc = 0, calloc = 0, realloc = 0 }: Record<string, number>): boolean {
  return malloc + calloc + realloc === 0;
}

function derive(scalars: Record<string, number>): Record<string, number> {
  const { liveMappedBytes, liveRequestedBytes, liveUsableBytes } = scalars;
  const { peakLiveMappedBytes, peakLiveRequestedBytes, peakLiveUsableBytes } = scalars;
  return {
    ...(liveMappedBytes !== undefined && liveRequestedBytes !== undefined
      ? { roundingWasteBytes: liveMappedBytes - liveRequestedBytes }
      : {}),
    // Threads tell their part of the peak in steps, so that it may lag behind what is live; and the sum of what is live is of no one moment.
    ...noLower('peakLiveUsableBytes', peakLiveUsableBytes, liveUsableBytes),
    ...noLower('peakLiveRequestedBytes', peakLiveRequestedBytes, liveRequestedBytes),
    ...noLower('peakLiveMappedBytes', peakLiveMappedBytes, liveMappedBytes),
  };
}

function noLower(name: string, peak: number | undefined, live: number | undefined): Record<string, number> {
  return peak === undefined || live === undefined ? {} : { [name]: Math.max(peak, live) };
}

interface Place {
  key: string;
  firstCell: number;
  width: number;
}

function places(fields: readonly Field[], wanted: (field: Field) => boolean, affix: RegExp): Place[] {
  return fields.filter(wanted).map(({ name, firstCell, width }) => ({ key: name.replace(affix, ''), firstCell, width }));
}

function pick(from: readonly Place[], cells: Float64Array): Record<string, number> {
  const values: Record<string, number> = {};
  for (const { key, firstCell } of from) values[key] = cells[firstCell] ?? 0;
  return values;
}
