import type { AddressRange } from '../model/address-range.ts';

/** `0x…, 0x…` or, with the committed end between them, `0x…, 0x…, 0x…`. */
const bounds = /\[(0x[\da-f]+)(?:, 0x[\da-f]+)?, (0x[\da-f]+)\)/;

/**
 * Reserved address ranges of the Java heap from the text of GC.heap_info (jdk: print_on of CollectedHeap's subclasses): one for G1
 * ("garbage-first heap total … [start, end)") and Shenandoah ("Reserved region:"), one per generation for Serial and Parallel. Lines of
 * spaces within a generation have no `total`. Empty for ZGC, which prints no address.
 */
export function parseHeapRanges(text: string): AddressRange[] {
  return text.split('\n').flatMap((line, index, lines) => {
    const isHeap = /\btotal\b/.test(line) || /^Reserved region:/.test(lines[index - 1]?.trim() ?? '');
    const [, start, end] = (isHeap && bounds.exec(line)) || [];
    return start === undefined || end === undefined ? [] : [{ start: Number(start), end: Number(end) }];
  });
}
