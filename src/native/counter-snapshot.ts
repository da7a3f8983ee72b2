import type { CounterSnapshot, ThreadCounters } from '../model/counters.ts';
import type { NativeBinding } from './binding.ts';

type Fields = NativeBinding['counterPage']['fields'];

/** The cells of a page → a snapshot. Names come from the addon, that is from native/shared/counter_fields.h. */
export function toSnapshot(fields: Fields, cells: Float64Array, settled: boolean): CounterSnapshot {
  const calls: Record<string, number> = {};
  const failures: Record<string, number> = {};
  const sizeHistogram: Record<string, number[]> = {};
  const scalars: Record<string, number> = {};
  for (const { name, firstCell, width } of fields) {
    const value = cells[firstCell] ?? 0;
    if (name.startsWith('calls_')) calls[name.slice('calls_'.length)] = value;
    else if (name.startsWith('failures_')) failures[name.slice('failures_'.length)] = value;
    else if (name.endsWith('_sizes'))
      sizeHistogram[name.slice(0, -'_sizes'.length)] = [...cells.subarray(firstCell, firstCell + width)];
    else scalars[toCamelCase(name)] = value;
  }
  const roundingWasteBytes = (scalars['liveMappedBytes'] ?? 0) - (scalars['liveRequestedBytes'] ?? 0);
  // The unit test of this file compares the keys with the type's.
  return { calls, failures, ...scalars, roundingWasteBytes, sizeHistogram, settled } as unknown as CounterSnapshot;
}

/** The part of a thread's cells that says something about one thread. */
export function toThreadCounters(fields: Fields, thread: { tid: number; name: string; cells: Float64Array }): ThreadCounters {
  const { tid, name } = thread;
  const { calls, liveAllocations, liveRequestedBytes, liveMappedBytes, totalRequestedBytes } = toSnapshot(
    fields,
    thread.cells,
    true,
  );
  const allCalls = Object.values(calls).reduce((sum, count) => sum + count, 0);
  return { tid, name, calls: allCalls, liveAllocations, liveRequestedBytes, liveMappedBytes, totalRequestedBytes };
}

function toCamelCase(name: string): string {
  return name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
