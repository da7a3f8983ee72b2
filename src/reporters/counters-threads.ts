import { type CounterSnapshot, liveBytesOf, liveShareOf, type ThreadCounters } from '../model/counters.ts';
import { formatCount, formatMiBTenths } from '../model/units.ts';
import { type Column, left, right, toTable } from './columns.ts';
import { measureOf } from './counters-histogram.ts';
import type { TerminalOptions } from './render-options.ts';
import { drawTable } from './terminal-table.ts';

const threadsShown = 10;

interface Holder {
  name: string;
  tid: string;
  liveBlocks: number;
  liveBytes: number;
  calls: number;
}

function holderColumns(measure: string): Column<Holder>[] {
  return [
    left('thread that allocated it', ({ name }) => name),
    left('tid', ({ tid }) => tid, 2),
    right('live blocks', ({ liveBlocks }) => formatCount(liveBlocks)),
    right(`live, ${measure}`, ({ liveBytes }) => `${formatMiBTenths(liveBytes)} MiB`),
    right('calls', ({ calls }) => formatCount(calls), 1),
  ];
}

/** Who holds what is live; empty where no thread lives. */
export function renderThreads(snapshot: CounterSnapshot, threads: readonly ThreadCounters[], options: TerminalOptions): string {
  if (threads.length === 0) return '';
  const byLive = threads.toSorted((a, b) => liveShareOf(b) - liveShareOf(a));
  const others = byLive.slice(threadsShown);
  const living = sumOf(threads);
  const holders: Holder[] = [
    ...byLive
      .slice(0, threadsShown)
      .map((thread) => ({ ...sumOf([thread]), name: thread.name || '(no name)', tid: String(thread.tid) })),
    ...(others.length === 0 ? [] : [{ ...sumOf(others), name: `${others.length} more threads`, tid: '' }]),
    {
      name: 'threads that ended',
      tid: '',
      liveBlocks: snapshot.liveAllocations - living.liveBlocks,
      liveBytes: (liveBytesOf(snapshot) ?? 0) - living.liveBytes,
      calls: Object.values(snapshot.calls).reduce((total, calls) => total + calls, 0) - living.calls,
    },
  ];
  const table = drawTable(toTable(holderColumns(measureOf(snapshot)), holders), options);
  return `${table}\nA thread that frees what others allocated has less than nothing.`;
}

function sumOf(threads: readonly ThreadCounters[]): Pick<Holder, 'liveBlocks' | 'liveBytes' | 'calls'> {
  const sum = (measure: (thread: ThreadCounters) => number) => threads.reduce((total, thread) => total + measure(thread), 0);
  return {
    liveBlocks: sum(({ liveAllocations }) => liveAllocations),
    liveBytes: sum(liveShareOf),
    calls: sum(({ calls }) => calls),
  };
}
