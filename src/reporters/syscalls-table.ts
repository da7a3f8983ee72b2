import Table from 'cli-table3';
import type { CountedSyscalls, SyscallsResult, ThreadSyscalls, TracedSyscalls } from '../model/syscalls.ts';
import { bytesPerMiB, formatMiB, formatSeconds } from '../model/units.ts';
import { notMeasured } from './summary-rows.ts';

/** `offheap syscalls` for a person: by thread, then the heaps of arenas, then the large mappings in the order they came. */
export function renderSyscallsTable(result: SyscallsResult, { threadsShown }: { threadsShown: number }): string {
  const parts = [
    `Process ${result.pid}, ${result.source === 'strace' ? 'traced' : 'counted by the mmap allocator'} for ${formatSeconds(result.durationMs)}.`,
    ...(result.source === 'strace' ? traced(result, threadsShown) : counted(result, threadsShown)),
    result.notes.join(' '),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function traced(result: TracedSyscalls, shown: number): string[] {
  return [renderThreads(result.threads, shown), renderHeaps(result), renderLarge(result)];
}

function renderThreads(threads: readonly ThreadSyscalls[], shown: number): string {
  if (threads.length === 0) return 'No thread asked the kernel for memory.';
  const table = newTable(['thread', 'tid', 'call', 'calls', 'failed', 'MiB', 'net MiB'], 3);
  for (const { tid, name = '(no name)', calls } of threads.slice(0, shown)) {
    calls.forEach(({ call, count: times, failed, bytes, netBytes }, index) => {
      const thread = index === 0 ? [name, String(tid)] : ['', ''];
      table.push([
        ...thread,
        call,
        count(times),
        failed === 0 ? '' : count(failed),
        mib(bytes),
        netBytes === undefined ? '' : mib(netBytes),
      ]);
    });
  }
  const more = threads.length - shown;
  const rest = more > 0 ? ` ${more} more threads asked for less; --format=json has them.` : '';
  return `${table.toString()}\nnet = address space the process has more than before, none of it resident until touched.${rest}`;
}

function renderHeaps({ arenaHeaps }: TracedSyscalls): string {
  if (arenaHeaps.length === 0) return 'No heap of a glibc arena was made.';
  const lines = arenaHeaps.map(
    ({ atMs, tid, name, sizeBytes }) =>
      `  ${seconds(atMs)}  arena heap of ${formatMiB(sizeBytes)} MiB created by thread '${name ?? tid}'`,
  );
  const total = arenaHeaps.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return [`${count(arenaHeaps.length)} heaps of glibc arenas, ${formatMiB(total)} MiB reserved:`, ...lines].join('\n');
}

function renderLarge({ largeMappings, largeCount, largeFromBytes }: TracedSyscalls): string {
  const least = mib(largeFromBytes);
  if (largeMappings.length === 0) return `No new mapping of ${least} MiB or more.`;
  const table = newTable(['at', 'MiB', 'call', 'thread', 'address', 'what'], 1);
  for (const { atMs, sizeBytes, call, name, tid, address, protection, file } of largeMappings)
    table.push([seconds(atMs), mib(sizeBytes), call, name ?? String(tid), `0x${address.toString(16)}`, file ?? protection ?? '']);
  const those =
    largeMappings.length < largeCount ? `the first ${largeMappings.length} of ${count(largeCount)}` : `all ${largeCount}`;
  return `New mappings of ${least} MiB or more, ${those}:\n${table.toString()}`;
}

function counted({ threads, ended, mappedPages, mapFailures = 0, unmapFailures = 0 }: CountedSyscalls, shown: number): string[] {
  const table = newTable(['thread', 'tid', 'calls', 'requested MiB', 'net mapped MiB', 'live blocks'], 2);
  const row = ({ calls, requestedBytes, netBytes, liveBlocks }: CountedSyscalls['ended']) => [
    count(calls),
    mib(requestedBytes),
    mib(netBytes),
    count(liveBlocks),
  ];
  for (const thread of threads.slice(0, shown)) table.push([thread.name ?? '(no name)', String(thread.tid), ...row(thread)]);
  table.push(['threads that ended', '', ...row(ended)]);
  const more = threads.length - shown;
  return [
    `${table.toString()}\nEach block is one mmap, each free one munmap.${more > 0 ? ` ${more} more threads asked for less; --format=json has them.` : ''}`,
    mappedPages === undefined ? '' : `${count(mappedPages)} pages were mapped in all.`,
    mapFailures + unmapFailures === 0
      ? ''
      : `The kernel refused ${count(mapFailures)} mmaps and ${count(unmapFailures)} munmaps: out of memory, or vm.max_map_count is too low.`,
  ];
}

function newTable(head: string[], textColumns: number): InstanceType<typeof Table> {
  const isText = (name: string, index: number) => index < textColumns || ['call', 'thread', 'address', 'what'].includes(name);
  const colAligns = head.map((name, index) => (isText(name, index) ? ('left' as const) : ('right' as const)));
  return new Table({ head, colAligns, style: { head: [], border: [], compact: true } });
}

function seconds(atMs: number): string {
  return `${(atMs / 1000).toFixed(3)} s`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function mib(bytes: number | undefined): string {
  if (bytes === undefined) return notMeasured;
  return (bytes / bytesPerMiB).toLocaleString('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}
