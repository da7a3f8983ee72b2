import { parseAddress } from './address-range.ts';

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
  const lines = text.matchAll(/^"(.*)" .*\bnid=(0x[0-9a-f]+|\d+)\b(?:.*\[(0x[0-9a-f]+)\])?.*$/gm);
  return [...lines].map(([, name = '', nid = '', address]) => {
    const stackAddress = parseAddress(address);
    return { name, nativeId: Number(nid), ...(stackAddress > 0 ? { stackAddress } : {}) };
  });
}

/** `pool-1-thread-17` → `pool-N-thread-N`: threads of one pool are one group. */
export function threadGroup(name: string): string {
  return name.replaceAll(/\d+/g, 'N');
}
