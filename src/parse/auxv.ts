const atPageSize = 6n;
const entryBytes = 16;

/** The page size in bytes from /proc/self/auxv (AT_PAGESZ, getauxval(3)), 64-bit little-endian entries. Undefined when it is not there. */
export function parsePageSize(auxv: Buffer): number | undefined {
  for (let offset = 0; offset + entryBytes <= auxv.length; offset += entryBytes) {
    if (auxv.readBigUInt64LE(offset) === atPageSize) return Number(auxv.readBigUInt64LE(offset + 8));
  }
  return undefined;
}
