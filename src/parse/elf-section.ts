/** A section of a program's file: where it lies in the file and, of a program that is not relocated, in memory. */
export interface ElfSection {
  address: number;
  offset: number;
  bytes: number;
}

/** Reads `length` bytes of the file at an offset; fewer where it ends. */
export type ReadAt = (offset: number, length: number) => Uint8Array;

// elf.h, of 64 bits and little-endian.
const header = {
  bytes: 64,
  magic: 0x464c457f,
  class64: 2,
  little: 1,
  sectionsAt: 0x28,
  entryBytesAt: 0x3a,
  countAt: 0x3c,
  namesAt: 0x3e,
};
const entry = { bytes: 64, name: 0, address: 0x10, offset: 0x18, size: 0x20 };
/** Programs have some dozens, by -ffunction-sections thousands in objects alone. */
const mostSections = 1024;
const mostNameBytes = 64 * 1024;

/** The section of a name; undefined where the file has none, has no sections any more, or is no ELF file of 64 bits. */
export function findElfSection(readAt: ReadAt, name: string): ElfSection | undefined {
  const head = viewOf(readAt(0, header.bytes));
  if (!isElf(head)) return undefined;
  const count = head.getUint16(header.countAt, true);
  if (head.getUint16(header.entryBytesAt, true) !== entry.bytes || count === 0 || count > mostSections) return undefined;
  const table = viewOf(readAt(numberAt(head, header.sectionsAt), count * entry.bytes));
  if (table.byteLength < count * entry.bytes) return undefined;
  const names = sectionAt(table, head.getUint16(header.namesAt, true));
  if (!names || names.bytes > mostNameBytes) return undefined;
  const strings = Buffer.from(readAt(names.offset, names.bytes));
  for (let index = 0; index < count; index++) {
    const start = table.getUint32(index * entry.bytes + entry.name, true);
    if (strings.toString('latin1', start, start + name.length + 1) === `${name}\0`) return sectionAt(table, index);
  }
  return undefined;
}

function isElf(head: DataView): boolean {
  if (head.byteLength < header.bytes || head.getUint32(0, true) !== header.magic) return false;
  return head.getUint8(4) === header.class64 && head.getUint8(5) === header.little;
}

function sectionAt(table: DataView, index: number): ElfSection | undefined {
  const at = index * entry.bytes;
  if (at + entry.bytes > table.byteLength) return undefined;
  return {
    address: numberAt(table, at + entry.address),
    offset: numberAt(table, at + entry.offset),
    bytes: numberAt(table, at + entry.size),
  };
}

function numberAt(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
