import {
  type CounterInfo,
  type CounterSnapshot,
  type EntryPoint,
  entryPoints,
  type ThreadCounters,
  whyLiveIsWithdrawn,
} from '../model/counters.ts';
import { formatCount, formatMiBTenths } from '../model/units.ts';
import { type Column, left, right, toTable } from './columns.ts';
import { renderHistogram } from './counters-histogram.ts';
import { renderThreads } from './counters-threads.ts';
import type { TerminalOptions } from './render-options.ts';
import { drawTable } from './terminal-table.ts';

/** One reading of a counter page. */
export interface CounterReading {
  info: CounterInfo;
  alive: boolean;
  snapshot: CounterSnapshot;
  threads: readonly ThreadCounters[];
}

/** For a person at a terminal: what is live, what was called, who holds it, and how large the blocks are. */
export function renderCountersTable({ info, alive, snapshot, threads }: CounterReading, options: TerminalOptions): string {
  const impossible = whyLiveIsWithdrawn(snapshot);
  const known = impossible === undefined;
  const parts = [
    describeProcess(info, alive),
    ...(known ? [renderPreceding(info), renderLive(snapshot, options)] : [impossible]),
    ...renderProblems(snapshot),
    renderCalls(snapshot, known, options),
    ...(known ? [renderThreads(snapshot, threads, options), renderHistogram(snapshot, options)] : []),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function describeProcess({ pid, writer, createdUnixMs }: CounterInfo, alive: boolean): string {
  const state = alive ? 'running' : 'ended: these are its last counters';
  return `Process ${pid}, counted by ${writer} since ${new Date(createdUnixMs).toISOString()}, ${state}.`;
}

function renderPreceding({ isPreceded, writer }: CounterInfo): string {
  return isPreceded ? `Another malloc comes before that of lib${writer}.so: what it does not pass on is not counted.` : '';
}

interface Level {
  name: string;
  now: number | undefined;
  peak?: number | undefined;
  format: (value: number) => string;
}

const levelColumns: Column<Level>[] = [
  left('', ({ name }) => name),
  right('now', ({ now, format }) => (now === undefined ? '' : format(now))),
  right('peak', ({ peak, format }) => (peak === undefined ? '' : format(peak))),
];

function renderLive(snapshot: CounterSnapshot, options: TerminalOptions): string {
  const { peakLiveRequestedBytes, peakLiveMappedBytes, peakLiveUsableBytes } = snapshot;
  const levels: Level[] = [
    { name: 'live blocks', now: snapshot.liveAllocations, format: formatCount },
    { name: 'live, requested', now: snapshot.liveRequestedBytes, peak: peakLiveRequestedBytes, format: mib },
    { name: 'live, mapped pages', now: snapshot.liveMappedBytes, peak: peakLiveMappedBytes, format: mib },
    { name: 'live, usable', now: snapshot.liveUsableBytes, peak: peakLiveUsableBytes, format: mib },
    { name: 'waste by rounding', now: snapshot.roundingWasteBytes, format: mib },
    { name: 'requested in total', now: snapshot.totalRequestedBytes, format: mib },
    { name: 'pages mapped in total', now: snapshot.totalMappedPages, format: formatCount },
  ];
  const counted = levels.filter(({ now }) => now !== undefined);
  return drawTable(toTable(levelColumns, counted), options);
}

function renderProblems({ mapFailures = 0, unmapFailures = 0, settled }: CounterSnapshot): string[] {
  return [
    mapFailures > 0
      ? `${formatCount(mapFailures)} times there were no pages for a block: out of memory, or vm.max_map_count is too low (sysctl vm.max_map_count).`
      : '',
    unmapFailures > 0
      ? `${formatCount(unmapFailures)} times the kernel refused to unmap (vm.max_map_count): the memory was given back, the addresses were not.`
      : '',
    settled ? '' : 'A thread was ending during every reading: it may be counted twice or not at all.',
  ];
}

function renderCalls({ calls, failures }: CounterSnapshot, areExpected: boolean, options: TerminalOptions): string {
  const failed: Partial<Record<EntryPoint, number>> = failures;
  const columns: Column<EntryPoint>[] = [
    left('call', (name) => name),
    right('calls', (name) => formatCount(calls[name])),
    right('failed', (name) => formatCount(failed[name] ?? 0)),
  ];
  const called = entryPoints.filter((name) => calls[name] > 0);
  if (called.length > 0) return drawTable(toTable(columns, called), options);
  return areExpected ? 'No call was counted yet.' : '';
}

function mib(bytes: number): string {
  return `${formatMiBTenths(bytes)} MiB`;
}
