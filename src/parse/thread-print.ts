import { printableName } from '../model/printable.ts';
import { parseAddress } from './address-range.ts';
import { linesOf } from './lines.ts';

export interface JavaThread {
  name: string;
  /** The thread's id in the JVM's own pid namespace. */
  nativeId: number;
  /** An address within its stack: the page of its last Java frame. Absent when it has none. */
  stackAddress?: number;
}

/**
 * The header lines of `Thread.print`. Java threads have `#N`, the JVM's own do not; `nid` is hexadecimal up to JDK 18 and decimal since. Virtual
 * threads have no stack of their own and are not in the list.
 */
export function parseThreadPrint(text: string): JavaThread[] {
  const threads: JavaThread[] = [];
  for (const line of linesOf(text)) {
    const thread = line.startsWith('"') ? parseThreadHeader(line) : undefined;
    if (thread) threads.push(thread);
  }
  return threads;
}

/** The first line of a thread. A name may have quotes, brackets and `nid=` of its own: what counts is the last of each. */
export function parseThreadHeader(line: string): JavaThread | undefined {
  const at = line.lastIndexOf(' nid=');
  const nameEnd = line.lastIndexOf('" ', at);
  const nativeId = /^ nid=(0x[0-9a-f]+|\d+)\b/.exec(line.slice(Math.max(0, at)))?.[1];
  if (at < 0 || nameEnd < 1 || nativeId === undefined) return undefined;
  const address = line.lastIndexOf('[0x');
  const stackAddress = address > at ? parseAddress(/^\[(0x[0-9a-f]+)\]/.exec(line.slice(address))?.[1]) : Number.NaN;
  return { name: printableName(line.slice(1, nameEnd)), nativeId: Number(nativeId), ...(stackAddress > 0 ? { stackAddress } : {}) };
}

/** `pool-1-thread-17` → `pool-N-thread-N`: threads of one pool are one group. The number of a character that is not printable stays. */
export function threadGroup(name: string): string {
  return name.replaceAll(/\\u\{[\da-f]+\}|\d+/g, (part) => (part.startsWith('\\') ? part : 'N'));
}
