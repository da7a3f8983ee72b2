import { findElfSection, type ReadAt } from './elf-section.ts';

/** elf.h: e_machine, and what the kernel calls it. */
const machines: Readonly<Record<number, string>> = { 3: 'i386', 40: 'arm', 62: 'x86-64', 183: 'arm64', 243: 'riscv64' };
const header = { bytes: 20, magic: 0x464c457f, class64: 2, little: 1, typeAt: 0x10, machineAt: 0x12, sharedObject: 3 };
const symbol = { bytes: 24, nameAt: 0, sectionAt: 6 };
/** The largest libraries of a JDK have some ten thousand symbols. */
const mostBytes = 16 * 1024 * 1024;

/** A library as its file has it. */
export interface SharedLibrary {
  /** `x86-64`, `arm64`, or the number of another. */
  machine: string;
  /** Names that others may call, without those that it asks of others. */
  exports: ReadonlySet<string>;
}

/** Undefined of what is no shared object of 64 bits and little-endian, or has no table of symbols (sstrip takes the section headers). */
export function readSharedLibrary(readAt: ReadAt): SharedLibrary | undefined {
  const bytes = readAt(0, header.bytes);
  if (bytes.length < header.bytes) return undefined;
  const head = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (head.getUint32(0, true) !== header.magic || head.getUint8(4) !== header.class64 || head.getUint8(5) !== header.little)
    return undefined;
  if (head.getUint16(header.typeAt, true) !== header.sharedObject) return undefined;
  const number = head.getUint16(header.machineAt, true);
  const symbols = findElfSection(readAt, '.dynsym');
  const names = findElfSection(readAt, '.dynstr');
  if (!symbols || !names || symbols.bytes > mostBytes || names.bytes > mostBytes) return undefined;
  const exports = exportsIn(readAt(symbols.offset, symbols.bytes), Buffer.from(readAt(names.offset, names.bytes)));
  return { machine: machines[number] ?? String(number), exports };
}

/** Those that have a section: the others are of other libraries. */
function exportsIn(table: Uint8Array, strings: Buffer): Set<string> {
  const view = new DataView(table.buffer, table.byteOffset, table.length);
  const found = new Set<string>();
  for (let at = 0; at + symbol.bytes <= table.length; at += symbol.bytes) {
    if (view.getUint16(at + symbol.sectionAt, true) === 0) continue;
    const start = view.getUint32(at + symbol.nameAt, true);
    const end = strings.indexOf(0, start);
    // A name of a C++ function may be long; ours are not.
    if (end > start && end - start <= longestName) found.add(strings.toString('latin1', start, end));
  }
  return found;
}

const longestName = 256;
