import type { AddressRange } from '../model/address-range.ts';
import type { ArenaHeap, CallTotals, LargeMapping, MemoryCallName, ThreadSyscalls, TracedSyscalls } from '../model/syscalls.ts';
import { memoryCallNames } from '../model/syscalls.ts';
import type { MemoryCall, TraceEvent } from '../parse/strace.ts';
import { AddressSet } from './address-set.ts';
import { ArenaHeaps } from './arena-heaps.ts';

export interface TraceContext {
  pageBytes: number;
  /** Of a process that ran already: what it had mapped, and where its break was. */
  mapped?: readonly AddressRange[];
  programBreak?: number;
  /** By thread id: names that the kernel, or the JVM in full, gave while it was traced. */
  kernelNames: ReadonlyMap<number, string>;
  jvmNames: ReadonlyMap<number, string>;
  largeFromBytes: number;
  /** How many large mappings are told. */
  largeShown: number;
}

interface AddressSpace {
  mapped: AddressSet;
  /** Undefined before the process was seen to ask for it. */
  programBreak: number | undefined;
}

interface Thread {
  space: AddressSpace;
  name: string | undefined;
  calls: Map<MemoryCallName, CallTotals>;
}

/** Who asked the kernel for how much memory. Pure: the events decide everything. */
export function summariseTrace(
  events: readonly TraceEvent[],
  context: TraceContext,
): Pick<TracedSyscalls, 'threads' | 'arenaHeaps' | 'largeMappings' | 'largeCount' | 'largeFromBytes'> {
  const ledger = new Ledger(events, context);
  for (const event of events) ledger.take(event);
  return ledger.total();
}

class Ledger {
  readonly #context: TraceContext;
  readonly #threads = new Map<number, Thread>();
  /** strace may show the first calls of a thread before the clone that made it returns. */
  readonly #clones: ReadonlyMap<number, { parent: number; sharesMemory: boolean }>;
  readonly #heaps = new ArenaHeaps();
  readonly #large: LargeMapping[] = [];
  readonly #first: AddressSpace;
  readonly #startedAtMs: number;

  constructor(events: readonly TraceEvent[], context: TraceContext) {
    this.#context = context;
    this.#first = { mapped: new AddressSet(context.mapped), programBreak: context.programBreak };
    this.#startedAtMs = events.reduce((least, { atMs }) => Math.min(least, atMs), Number.POSITIVE_INFINITY);
    this.#clones = new Map(
      events.flatMap((event) =>
        event.call === 'clone' ? [[event.child, { parent: event.tid, sharesMemory: event.sharesMemory }] as const] : [],
      ),
    );
  }

  take(event: TraceEvent): void {
    const thread = this.#thread(event.tid);
    if (event.call === 'clone') {
      // Makes it known now, with what its parent has mapped and is called now.
      this.#thread(event.child);
    } else if (event.call === 'execve') {
      thread.space = { mapped: new AddressSet(), programBreak: undefined };
      thread.name = event.program;
    } else if (event.call === 'name') thread.name = event.name;
    else this.#account(thread, event);
  }

  total(): ReturnType<typeof summariseTrace> {
    const named = <Item extends { tid: number }>(item: Item): Item & { name?: string } => {
      const name = this.#nameOf(item.tid);
      return name === undefined ? item : { ...item, name };
    };
    const threads = [...this.#threads]
      .filter(([, { calls }]) => calls.size > 0)
      .map(([tid, { calls }]): ThreadSyscalls => named({ tid, calls: inOrder(calls) }))
      .sort((a, b) => askedBytes(b) - askedBytes(a));
    const { largeFromBytes, largeShown } = this.#context;
    return {
      threads,
      arenaHeaps: this.#heaps.found.map((heap): ArenaHeap => named({ ...heap, atMs: this.#since(heap.atMs) })),
      largeMappings: this.#large.slice(0, largeShown).map(named),
      largeCount: this.#large.length,
      largeFromBytes,
    };
  }

  #nameOf(tid: number): string | undefined {
    const { jvmNames, kernelNames } = this.#context;
    return jvmNames.get(tid) ?? this.#threads.get(tid)?.name ?? kernelNames.get(tid);
  }

  #since(atMs: number): number {
    // strace tells microseconds, which is more than a double keeps of a time since 1970.
    return Math.round((atMs - this.#startedAtMs) * 1000) / 1000;
  }

  #thread(tid: number): Thread {
    const known = this.#threads.get(tid);
    if (known) return known;
    for (const ancestor of this.#unknownAncestors(tid)) this.#begin(ancestor);
    return this.#begin(tid);
  }

  /** The oldest first. The kernel gives numbers again: one may be its own ancestor, and is then nobody's child. */
  #unknownAncestors(tid: number): number[] {
    const found = new Set<number>();
    let at = this.#clones.get(tid)?.parent;
    while (at !== undefined && at !== tid && !found.has(at) && !this.#threads.has(at)) {
      found.add(at);
      at = this.#clones.get(at)?.parent;
    }
    return at === tid ? [] : [...found].reverse();
  }

  #begin(tid: number): Thread {
    const clone = this.#clones.get(tid);
    const parent = clone && this.#threads.get(clone.parent);
    const space = parent?.space ?? this.#first;
    const thread: Thread = {
      space: clone?.sharesMemory === false ? { mapped: space.mapped.copy(), programBreak: space.programBreak } : space,
      name: parent?.name,
      calls: new Map(),
    };
    this.#threads.set(tid, thread);
    return thread;
  }

  #account(thread: Thread, event: MemoryCall): void {
    const totals = thread.calls.get(event.call) ?? { call: event.call, count: 0, failed: 0 };
    thread.calls.set(event.call, totals);
    totals.count++;
    if (event.failed) {
      totals.failed++;
      return;
    }
    this.#heaps.take(event);
    const { bytes, netBytes } = this.#effect(thread.space, event);
    if (bytes !== undefined) totals.bytes = (totals.bytes ?? 0) + bytes;
    if (netBytes !== undefined) totals.netBytes = (totals.netBytes ?? 0) + netBytes;
    this.#noteLarge(event, netBytes ?? 0);
  }

  #noteLarge(event: MemoryCall, netBytes: number): void {
    const { tid, call, address } = event;
    // Mapped over what it had reserved before, a mapping is no new one.
    if (netBytes < this.#context.largeFromBytes || (call !== 'mmap' && call !== 'brk' && call !== 'mremap')) return;
    const where = call === 'brk' ? address - netBytes : address;
    const mapping: LargeMapping = { atMs: this.#since(event.atMs), tid, call, address: where, sizeBytes: netBytes };
    if (call === 'mmap') mapping.protection = event.protection;
    if (call === 'mmap' && event.file !== undefined) mapping.file = event.file;
    this.#large.push(mapping);
  }

  /** What a call did to an address space. The kernel rounds lengths up to pages. */
  #effect(space: AddressSpace, event: MemoryCall): Pick<CallTotals, 'bytes' | 'netBytes'> {
    const range = (start: number, bytes: number): AddressRange => {
      const { pageBytes } = this.#context;
      return { start, end: start + Math.ceil(bytes / pageBytes) * pageBytes };
    };
    switch (event.call) {
      case 'brk':
        return moveBreak(space, event);
      case 'mmap':
        return { bytes: event.sizeBytes, netBytes: space.mapped.add(range(event.address, event.sizeBytes)) };
      case 'munmap':
        // Not `-0`, which JSON does not have.
        return { bytes: event.sizeBytes, netBytes: 0 - space.mapped.remove(range(event.address, event.sizeBytes)) };
      case 'mremap': {
        const removed = space.mapped.remove(range(event.from, event.fromBytes));
        return { bytes: event.sizeBytes, netBytes: space.mapped.add(range(event.address, event.sizeBytes)) - removed };
      }
      default:
        return { bytes: event.sizeBytes };
    }
  }
}

function moveBreak(space: AddressSpace, { address }: MemoryCall): Pick<CallTotals, 'bytes' | 'netBytes'> {
  const before = space.programBreak;
  space.programBreak = address;
  return before === undefined ? {} : { bytes: Math.abs(address - before), netBytes: address - before };
}

function inOrder(calls: ReadonlyMap<MemoryCallName, CallTotals>): CallTotals[] {
  return memoryCallNames.flatMap((name) => calls.get(name) ?? []);
}

function askedBytes({ calls }: ThreadSyscalls): number {
  const asking = calls.filter(({ call }) => call === 'brk' || call === 'mmap' || call === 'mremap');
  return asking.reduce((sum, { bytes = 0 }) => sum + bytes, 0);
}
