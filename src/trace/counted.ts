import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { OffheapError } from '../model/errors.ts';
import type { CountedSyscalls, ThreadMappings } from '../model/syscalls.ts';
import { quote } from '../model/units.ts';
import { type CounterReader, type CounterSnapshot, openCounters, type ThreadCounters } from '../native/counters.ts';
import type { ProcessRunner } from '../process/runner.ts';
import type { TraceLaunch } from './launch.ts';
import { type RunOptions, runNamingThreads } from './traced-run.ts';

export interface CountRequest extends RunOptions {
  /** On the mmap allocator, which counts in `folder`. */
  launch: TraceLaunch;
  /** Of this run alone. */
  folder: string;
  runner: ProcessRunner;
}

type Counted = Pick<CountedSyscalls, 'pid' | 'threads' | 'ended' | 'mappedPages' | 'mapFailures' | 'unmapFailures' | 'notes'>;

/**
 * The mmap allocator makes one mapping of each block, so its own counters say by thread what a trace would, and the program is not slowed
 * down by one. They outlive the process.
 */
export async function countSyscalls({ launch, folder, runner, ...options }: CountRequest): Promise<Counted> {
  const { command, args, preload } = launch;
  const env = preload === undefined ? launch.env : { ...launch.env, LD_PRELOAD: preload };
  const child = await runner.start({ command, args, env, privateFolder: folder, onErrorLine: options.onLine });
  const { threadNames, stopped } = await runNamingThreads(child, child.pid, options);
  const reader = largestPage(folder);
  if (!reader)
    throw new OffheapError(
      'CHILD_FAILED',
      `Expected ${quote(command)} to leave counters, found none: it has just begun or changed its environment.`,
    );
  try {
    const nameOf = (tid: number) => threadNames.jvm.get(tid);
    const notes = stopped ? ['The program was ended when the time was over.'] : [];
    return { pid: reader.info.pid, ...countsOf(reader.read(), reader.readThreads(), nameOf), notes };
  } finally {
    reader.close();
  }
}

/** What the command has started leaves pages too: the one that asked for most is told. */
function largestPage(folder: string): CounterReader | undefined {
  const readers = readdirSync(folder).flatMap((file) =>
    file.endsWith('.counters') ? openCounters({ path: join(folder, file) }) : [],
  );
  const [largest, ...others] = readers.sort((a, b) => b.read().totalRequestedBytes - a.read().totalRequestedBytes);
  for (const other of others) other.close();
  return largest;
}

function countsOf(
  snapshot: CounterSnapshot,
  threadCounters: readonly ThreadCounters[],
  nameOf: (tid: number) => string | undefined,
): Pick<Counted, 'threads' | 'ended' | 'mappedPages' | 'mapFailures' | 'unmapFailures'> {
  const threads = threadCounters.map((thread): ThreadMappings => {
    const name = nameOf(thread.tid) ?? (thread.name || undefined);
    return { tid: thread.tid, ...(name === undefined ? {} : { name }), ...mappingsOf(thread, thread.calls) };
  });
  const sum = (pick: (thread: ThreadMappings) => number) => threads.reduce((total, thread) => total + pick(thread), 0);
  const allCalls = Object.values(snapshot.calls).reduce((total, calls) => total + calls, 0);
  const whole = mappingsOf(snapshot, allCalls);
  const { totalMappedPages: mappedPages, mapFailures, unmapFailures } = snapshot;
  return {
    threads: threads.sort((a, b) => b.requestedBytes - a.requestedBytes),
    ended: {
      calls: whole.calls - sum(({ calls }) => calls),
      requestedBytes: whole.requestedBytes - sum(({ requestedBytes }) => requestedBytes),
      ...(whole.netBytes === undefined ? {} : { netBytes: whole.netBytes - sum(({ netBytes = 0 }) => netBytes) }),
      liveBlocks: whole.liveBlocks - sum(({ liveBlocks }) => liveBlocks),
    },
    ...(mappedPages === undefined ? {} : { mappedPages }),
    ...(mapFailures === undefined ? {} : { mapFailures }),
    ...(unmapFailures === undefined ? {} : { unmapFailures }),
  };
}

function mappingsOf(
  { totalRequestedBytes, liveMappedBytes, liveAllocations }: CounterSnapshot | ThreadCounters,
  calls: number,
): Omit<ThreadMappings, 'tid' | 'name'> {
  const net = liveMappedBytes === undefined ? {} : { netBytes: liveMappedBytes };
  return { calls, requestedBytes: totalRequestedBytes, ...net, liveBlocks: liveAllocations };
}
