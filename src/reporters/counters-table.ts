import Table from 'cli-table3';
import {
  type CounterInfo,
  type CounterSnapshot,
  entryPoints,
  liveBytesOf,
  liveShareOf,
  type ThreadCounters,
  whyLiveIsWithdrawn,
} from '../model/counters.ts';
import { bytesPerMiB } from '../model/units.ts';

/** One reading of a counter page. */
export interface CounterReading {
  info: CounterInfo;
  alive: boolean;
  snapshot: CounterSnapshot;
  threads: readonly ThreadCounters[];
}

const threadsShown = 10;
const barWidth = 30;

/** For a person at a terminal: what is live, what was called, who holds it, and how large the blocks are. */
export function renderCountersTable({ info, alive, snapshot, threads }: CounterReading): string {
  const impossible = whyLiveIsWithdrawn(snapshot);
  const known = impossible === undefined;
  const parts = [
    describeProcess(info, alive),
    ...(known ? [renderPreceding(info), renderLive(snapshot)] : [impossible]),
    ...renderProblems(snapshot),
    renderCalls(snapshot, known),
    ...(known ? [renderThreads(snapshot, threads), renderHistogram(snapshot)] : []),
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

function renderLive(snapshot: CounterSnapshot): string {
  const table = newTable(['', 'now', 'peak'], 1);
  const row = (name: string, show: (value: number) => string, now: number | undefined, peak?: number) => {
    if (now !== undefined) table.push([name, show(now), peak === undefined ? '' : show(peak)]);
  };
  row('live blocks', count, snapshot.liveAllocations);
  row('live, requested', mib, snapshot.liveRequestedBytes, snapshot.peakLiveRequestedBytes);
  row('live, mapped pages', mib, snapshot.liveMappedBytes, snapshot.peakLiveMappedBytes);
  row('live, usable', mib, snapshot.liveUsableBytes, snapshot.peakLiveUsableBytes);
  row('waste by rounding', mib, snapshot.roundingWasteBytes);
  row('requested in total', mib, snapshot.totalRequestedBytes);
  row('pages mapped in total', count, snapshot.totalMappedPages);
  return table.toString();
}

function renderProblems({ mapFailures = 0, unmapFailures = 0, settled }: CounterSnapshot): string[] {
  return [
    mapFailures > 0
      ? `${count(mapFailures)} times there were no pages for a block: out of memory, or vm.max_map_count is too low (sysctl vm.max_map_count).`
      : '',
    unmapFailures > 0
      ? `${count(unmapFailures)} times the kernel refused to unmap (vm.max_map_count): the memory was given back, the addresses were not.`
      : '',
    settled ? '' : 'A thread was ending during every reading: it may be counted twice or not at all.',
  ];
}

function renderCalls({ calls, failures }: CounterSnapshot, areExpected: boolean): string {
  const table = newTable(['call', 'calls', 'failed'], 1);
  const failed: Partial<Record<string, number>> = failures;
  for (const name of entryPoints.filter((entryPoint) => calls[entryPoint] > 0))
    table.push([name, count(calls[name]), count(failed[name] ?? 0)]);
  if (table.length > 0) return table.toString();
  return areExpected ? 'No call was counted yet.' : '';
}

function renderThreads(snapshot: CounterSnapshot, threads: readonly ThreadCounters[]): string {
  if (threads.length === 0) return '';
  const table = newTable(['thread that allocated it', 'tid', 'live blocks', `live, ${measureOf(snapshot)}`, 'calls'], 2);
  const byLive = threads.toSorted((a, b) => liveShareOf(b) - liveShareOf(a));
  for (const thread of byLive.slice(0, threadsShown)) {
    const { name, tid, liveAllocations, calls } = thread;
    table.push([name || '(no name)', String(tid), count(liveAllocations), mib(liveShareOf(thread)), count(calls)]);
  }
  const others = byLive.slice(threadsShown);
  if (others.length > 0) {
    table.push([
      `${others.length} more threads`,
      '',
      count(sum(others, ({ liveAllocations }) => liveAllocations)),
      mib(sum(others, liveShareOf)),
      count(sum(others, ({ calls }) => calls)),
    ]);
  }
  const allCalls = Object.values(snapshot.calls).reduce((total, calls) => total + calls, 0);
  table.push([
    'threads that ended',
    '',
    count(snapshot.liveAllocations - sum(threads, ({ liveAllocations }) => liveAllocations)),
    mib((liveBytesOf(snapshot) ?? 0) - sum(threads, liveShareOf)),
    count(allCalls - sum(threads, ({ calls }) => calls)),
  ]);
  return `${table.toString()}\nA thread that frees what others allocated has less than nothing.`;
}

function renderHistogram(snapshot: CounterSnapshot): string {
  const { live, total } = snapshot.sizeHistogram;
  const used = total.map((_, bucket) => bucket).filter((bucket) => (total[bucket] ?? 0) > 0 || (live[bucket] ?? 0) !== 0);
  if (used.length === 0) return '';
  const table = newTable([`${measureOf(snapshot)} size`, 'live blocks', 'in total', 'live'], 1);
  const most = Math.max(1, ...live);
  for (let bucket = Math.min(...used); bucket <= Math.max(...used); bucket++) {
    const blocks = live[bucket] ?? 0;
    const bar = '█'.repeat(Math.ceil((Math.max(0, blocks) / most) * barWidth));
    table.push([bucketName(bucket, live.length), count(blocks), count(total[bucket] ?? 0), { hAlign: 'left', content: bar }]);
  }
  return table.toString();
}

/** Bucket k holds the sizes of k bits: 2^(k−1) to 2^k − 1. */
function bucketName(bucket: number, buckets: number): string {
  if (bucket === 0) return '0 B';
  const from = shortBytes(2 ** (bucket - 1));
  return bucket === buckets - 1 ? `${from} and more` : `${from} to < ${shortBytes(2 ** bucket)}`;
}

function shortBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${bytes / 1024 ** step} ${units[step]}`;
}

function newTable(head: string[], textColumns: number): InstanceType<typeof Table> {
  const colAligns = head.map((_, index) => (index < textColumns ? ('left' as const) : ('right' as const)));
  return new Table({ head, colAligns, style: { head: [], border: [], compact: true } });
}

function measureOf({ liveRequestedBytes }: CounterSnapshot): 'requested' | 'usable' {
  return liveRequestedBytes === undefined ? 'usable' : 'requested';
}

function sum(threads: readonly ThreadCounters[], measure: (thread: ThreadCounters) => number): number {
  return threads.reduce((total, thread) => total + measure(thread), 0);
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function mib(bytes: number): string {
  return `${(bytes / bytesPerMiB).toLocaleString('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 })} MiB`;
}
