import type { Mapping } from '../../parse/smaps.ts';
import type { ThreadPlace } from '../../process/threads.ts';
import type { JvmFacts } from '../jvm.ts';
import { findLast, type KnownRange } from './ranges.ts';

export interface StackClues {
  mappings: readonly Mapping[];
  threads: readonly ThreadPlace[];
  jvm: Pick<JvmFacts, 'nmtRanges' | 'threads'>;
}

interface Stack {
  name: string;
  start: number;
  end: number;
  exact: boolean;
}

/** A guard is a few pages, the JVM's own four and glibc's one; below this size a reserved mapping under a stack is taken for its guard. */
const maxGuardBytes = 1024 ** 2;

/**
 * Stacks by the mapping that a thread's stack pointer lies in. Where NMT tells the stack's addresses they are exact. Else its lower end is, for
 * there is a guard; its upper end is the mapping's, but the kernel may have merged the stack with what lies above it: then it ends where most stacks of
 * this process would.
 */
export function stackRanges({ mappings, jvm, threads }: StackClues): KnownRange[] {
  const known = jvm.nmtRanges.filter(({ category }) => category === 'Thread Stack');
  const stacks = pointers(threads, jvm.threads).flatMap(({ name, address }): Stack[] => {
    const exact = known[findLast(known, address)];
    if (exact && address < exact.end) return [{ name, start: exact.start, end: exact.end, exact: true }];
    return stackAround(mappings, address, name);
  });
  const usual = usualSize(stacks);
  const pointedAt = stacks.map(
    ({ name, start, end, exact }): KnownRange => ({
      start,
      end: exact || usual === undefined ? end : Math.min(end, start + usual),
      kind: 'thread stacks',
      name,
    }),
  );
  return [...pointedAt, ...(usual === undefined ? [] : stacksByShape(mappings, usual))];
}

/**
 * A guard and writable memory above it, together of the usual size: the stack of a thread that runs just now and shows no stack pointer, or one that glibc
 * keeps for the next thread.
 */
function stacksByShape(mappings: readonly Mapping[], usual: number): KnownRange[] {
  return mappings.flatMap((mapping, index): KnownRange[] => {
    const guard = guardBelow(mappings, index);
    if (!guard || mapping.end - guard.start !== usual || mapping.path !== '' || mapping.perms !== 'rw-p') return [];
    return [{ start: guard.start, end: mapping.end, kind: 'thread stacks', name: 'running, or kept for the next thread' }];
  });
}

/** Names as the JVM gives them, since the kernel cuts them at 15 bytes. */
function pointers(threads: readonly ThreadPlace[], javaThreads: JvmFacts['threads']): { name: string; address: number }[] {
  const java = new Map(javaThreads.map((thread) => [thread.nativeId, thread]));
  return threads.flatMap(({ innerTid, name, stackPointer }) => {
    const thread = java.get(innerTid);
    const address = stackPointer ?? thread?.stackAddress;
    return address === undefined ? [] : [{ name: thread?.name ?? name, address }];
  });
}

function stackAround(mappings: readonly Mapping[], address: number, name: string): Stack[] {
  const index = findLast(mappings, address);
  const mapping = mappings[index];
  if (!mapping || address >= mapping.end || mapping.path !== '' || mapping.perms !== 'rw-p') return [];
  return [{ name, start: guardBelow(mappings, index)?.start ?? mapping.start, end: mapping.end, exact: false }];
}

function guardBelow(mappings: readonly Mapping[], index: number): Mapping | undefined {
  const below = mappings[index - 1];
  const isGuard = below?.end === mappings[index]?.start && below?.perms === '---p' && below.end - below.start <= maxGuardBytes;
  return isGuard ? below : undefined;
}

/** The most frequent size; the smaller of two as frequent. Of fewer than three stacks none is usual. */
function usualSize(stacks: readonly Stack[]): number | undefined {
  if (stacks.length < 3) return undefined;
  const counts = new Map<number, number>();
  for (const { start, end } of stacks) counts.set(end - start, (counts.get(end - start) ?? 0) + 1);
  return [...counts].sort(([sizeA, a], [sizeB, b]) => b - a || sizeA - sizeB)[0]?.[0];
}
