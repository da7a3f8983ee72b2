import { readFile } from 'node:fs/promises';
import type { AddressRange } from '../model/address-range.ts';
import { parseHeapRanges } from '../parse/heap-info.ts';
import { type AttachOptions, runDiagnosticCommand } from './attach.ts';

/** ZGC maps its heap from a memory file of this name (jdk: zPhysicalMemoryBacking_linux.cpp). */
const zHeapMapping = /^([\da-f]+)-[\da-f]+ .*\/memfd:java_heap/gm;

/**
 * Where the Java heap lies: as the JVM says or, for ZGC, which does not, as its mappings tell. ZGC until JDK 22 maps each page at up to
 * three addresses: RSS counts such a page as often, and so do these ranges. Undefined when neither tells.
 *
 * @throws OffheapError ATTACH_FAILED
 */
export async function readJavaHeapRanges(pid: number, options: AttachOptions): Promise<AddressRange[] | undefined> {
  const told = parseHeapRanges(await runDiagnosticCommand(pid, 'GC.heap_info', options));
  if (told.length > 0) return told;
  const maps = await readFile(`/proc/${pid}/maps`, 'utf8');
  const starts = [...maps.matchAll(zHeapMapping)].map(([, start]) => Number.parseInt(start ?? '', 16));
  return starts.length > 0 ? zViews(starts) : undefined;
}

/** Each view of ZGC's heap begins at a power of two and has the addresses up to the next (zAddress), where it grows as it needs. */
function zViews(starts: readonly number[]): AddressRange[] {
  const powers = new Set(starts.map((start) => 2 ** Math.floor(Math.log2(start))));
  return [...powers].map((start) => ({ start, end: 2 * start }));
}
