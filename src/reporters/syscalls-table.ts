import type {
  CallTotals,
  CountedSyscalls,
  LargeMapping,
  SyscallsResult,
  ThreadMappings,
  ThreadSyscalls,
  TracedSyscalls,
} from '../model/syscalls.ts';
import { formatCount, formatMiB, formatMiBTenths, formatSeconds } from '../model/units.ts';
import { type Column, left, right, shown, toTable } from './columns.ts';
import type { TerminalOptions } from './render-options.ts';
import { drawTable } from './terminal-table.ts';
import { wrap } from './wrap.ts';

const noName = '(no name)';
const meaningOfNet = 'net = address space the process has more than before; none of it is resident until it is touched.';

type ShownThreads = TerminalOptions & { threadsShown: number };

/** `offheap syscalls` for a person: by thread, then the heaps of arenas, then the large mappings in the order they came. */
export function renderSyscallsTable(result: SyscallsResult, options: ShownThreads): string {
  const parts = [
    `Process ${result.pid}, ${result.source === 'strace' ? 'traced' : 'counted by the mmap allocator'} for ${formatSeconds(result.durationMs)}.`,
    ...(result.source === 'strace' ? traced(result, options) : counted(result, options)),
    wrap(result.notes.join(' '), options.width),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function traced(result: TracedSyscalls, options: ShownThreads): string[] {
  return [renderThreads(result.threads, options), renderHeaps(result), renderLarge(result, options)];
}

/** A thread's first call tells whose the following ones are. */
interface CallRow extends CallTotals {
  thread?: string;
  tid?: number;
}

const callColumns: Column<CallRow>[] = [
  left('thread', ({ thread = '' }) => thread),
  left('tid', ({ tid = '' }) => String(tid)),
  left('call', ({ call }) => call),
  right('calls', ({ count }) => formatCount(count)),
  right('failed', ({ failed }) => (failed === 0 ? '' : formatCount(failed)), 1),
  right('MiB', ({ bytes }) => shown(bytes, formatMiBTenths)),
  right('net MiB', ({ netBytes }) => (netBytes === undefined ? '' : formatMiBTenths(netBytes))),
];

function renderThreads(threads: readonly ThreadSyscalls[], options: ShownThreads): string {
  if (threads.length === 0) return 'No thread asked the kernel for memory.';
  const rows = threads
    .slice(0, options.threadsShown)
    .flatMap(({ tid, name = noName, calls }) => calls.map((call, index) => (index === 0 ? { ...call, thread: name, tid } : call)));
  return `${drawTable(toTable(callColumns, rows), options)}\n${wrap(`${meaningOfNet}${moreThreads(threads, options)}`, options.width)}`;
}

function moreThreads({ length }: readonly unknown[], { threadsShown }: ShownThreads): string {
  return length > threadsShown ? ` ${length - threadsShown} more threads asked for less; --format=json has them.` : '';
}

function renderHeaps({ arenaHeaps }: TracedSyscalls): string {
  if (arenaHeaps.length === 0) return 'No heap of a glibc arena was made.';
  const lines = arenaHeaps.map(
    ({ atMs, tid, name, sizeBytes }) =>
      `  ${seconds(atMs)}  arena heap of ${formatMiB(sizeBytes)} MiB created by thread '${name ?? tid}'`,
  );
  const total = arenaHeaps.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return [`${formatCount(arenaHeaps.length)} heaps of glibc arenas, ${formatMiB(total)} MiB reserved:`, ...lines].join('\n');
}

const mappingColumns: Column<LargeMapping>[] = [
  left('at', ({ atMs }) => seconds(atMs)),
  right('MiB', ({ sizeBytes }) => formatMiBTenths(sizeBytes)),
  left('call', ({ call }) => call),
  left('thread', ({ name, tid }) => name ?? String(tid)),
  left('address', ({ address }) => `0x${address.toString(16)}`, 1),
  left('what', ({ file, protection }) => file ?? protection ?? ''),
];

function renderLarge({ largeMappings, largeCount, largeFromBytes }: TracedSyscalls, options: TerminalOptions): string {
  const least = formatMiBTenths(largeFromBytes);
  if (largeMappings.length === 0) return `No new mapping of ${least} MiB or more.`;
  const those =
    largeMappings.length < largeCount ? `the first ${largeMappings.length} of ${formatCount(largeCount)}` : `all ${largeCount}`;
  return `New mappings of ${least} MiB or more, ${those}:\n${drawTable(toTable(mappingColumns, largeMappings), options)}`;
}

type CountedRow = Omit<ThreadMappings, 'tid'> & { tid?: number };

const countedColumns: Column<CountedRow>[] = [
  left('thread', ({ name = noName }) => name),
  left('tid', ({ tid = '' }) => String(tid)),
  right('calls', ({ calls }) => formatCount(calls)),
  right('requested MiB', ({ requestedBytes }) => formatMiBTenths(requestedBytes)),
  right('net mapped MiB', ({ netBytes }) => shown(netBytes, formatMiBTenths)),
  right('live blocks', ({ liveBlocks }) => formatCount(liveBlocks)),
];

function counted(
  { threads, ended, mappedPages, mapFailures = 0, unmapFailures = 0 }: CountedSyscalls,
  options: ShownThreads,
): string[] {
  const rows: CountedRow[] = [...threads.slice(0, options.threadsShown), { ...ended, name: 'threads that ended' }];
  return [
    `${drawTable(toTable(countedColumns, rows), options)}\nEach block is one mmap, each free one munmap.${moreThreads(threads, options)}`,
    mappedPages === undefined ? '' : `${formatCount(mappedPages)} pages were mapped in all.`,
    mapFailures + unmapFailures === 0
      ? ''
      : `The kernel refused ${formatCount(mapFailures)} mmaps and ${formatCount(unmapFailures)} munmaps: out of memory, or vm.max_map_count is too low.`,
  ];
}

function seconds(atMs: number): string {
  return `${(atMs / 1000).toFixed(3)} s`;
}
