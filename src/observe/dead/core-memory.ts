import { open } from 'node:fs/promises';
import type { AddressRange } from '../../model/address-range.ts';
import type { CoreFile } from '../../native/core-file.ts';
import type { ReadRanges } from '../../process/read-memory.ts';

/** What readMemory() is of a living process: of memory that the core file has, each range within one mapping. */
export function memoryOfCore(core: CoreFile): ReadRanges {
  return async (ranges) => {
    const file = await open(core.file, 'r');
    try {
      return await Promise.all(
        ranges.map(async (range) => {
          const position = placeOf(core, range);
          if (position === undefined) return undefined;
          const bytes = Buffer.alloc(range.end - range.start);
          const { bytesRead } = await file.read(bytes, 0, bytes.length, position);
          return bytesRead === bytes.length ? bytes : undefined;
        }),
      );
    } finally {
      await file.close();
    }
  };
}

function placeOf({ mappings }: CoreFile, { start, end }: AddressRange): number | undefined {
  const mapping = mappings.find((one) => one.start <= start && end <= one.start + one.dumpedBytes);
  return mapping && mapping.dumpedAt + (start - mapping.start);
}
