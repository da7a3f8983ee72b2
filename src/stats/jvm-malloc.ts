import type { Evidence, NmtCategory } from '../model/doctor.ts';
import { isSince } from '../model/jdk-releases.ts';
import { residentPart, rssOf } from './process-figures.ts';

/** What the JVM itself has of malloc's blocks: resident bytes, as far as that is known. */
export interface JvmMalloc {
  /** Whether NMT told: without it only what is known by its content is here. */
  byNmt: boolean;
  /** Arenas of the JIT compiler; without NMT those of other threads of the JVM too, which are small. */
  compilerBytes: number;
  /** Symbols, and the tables that they are found by. With NMT the table of interned strings too. */
  symbolBytes: number;
  /** Not known with NMT, which counts blocks. */
  symbols?: number;
  /** The table of interned strings, without the strings; 0 with NMT, which has it in that of symbols. */
  stringBytes: number;
  strings: number;
  /** Tables and data of compiled code; without NMT an estimate, of the least. */
  codeBytes: number;
  /** What class loaders and classes have beside metaspace; 0 without NMT. */
  classBytes: number;
  /** NMT's other categories, as it names them. */
  others: { category: string; bytes: number }[];
}

/** Of what is none of the JVM's own: direct buffers, and what else Unsafe.allocateMemory got. Up to JDK 10 the JVM's own small blocks are in it. */
export function directCategory(version: string): string {
  return isSince(version, ['11']) ? 'Other' : 'Internal';
}

const groups: Readonly<Record<string, 'compilerBytes' | 'symbolBytes' | 'codeBytes' | 'classBytes'>> = {
  Compiler: 'compilerBytes',
  JVMCI: 'compilerBytes',
  Symbol: 'symbolBytes',
  Code: 'codeBytes',
  Class: 'classBytes',
  Module: 'classBytes',
  Metaspace: 'classBytes',
};

/** Undefined of what is no JVM, or did not answer. */
export function jvmMalloc(evidence: Evidence): JvmMalloc | undefined {
  const { jvm } = evidence;
  if (!jvm) return undefined;
  const resident = (bytes: number) => residentPart(evidence, bytes) ?? bytes;
  return jvm.nmt ? byCategory(jvm.nmt.categories, jvm.version, resident) : byContent(evidence, resident);
}

const nothing = { compilerBytes: 0, symbolBytes: 0, stringBytes: 0, strings: 0, codeBytes: 0, classBytes: 0 };

function byCategory(categories: readonly NmtCategory[], version: string, resident: (bytes: number) => number): JvmMalloc {
  const found: JvmMalloc = { ...nothing, byNmt: true, others: [] };
  for (const category of categories) {
    const bytes = resident(mallocOf(category));
    const group = groups[category.name];
    if (category.name === directCategory(version)) continue;
    if (group) found[group] += bytes;
    else found.others.push({ category: category.name, bytes });
  }
  return found;
}

/** NMT counts the headers that it puts before each block as its own, and as no block. */
function mallocOf({ name, committedBytes, mallocBytes = 0, arenaBytes = 0 }: NmtCategory): number {
  return name === 'Native Memory Tracking' ? committedBytes : mallocBytes + arenaBytes;
}

/**
 * What the table of symbols has for each: from JDK 21 on it lies in the symbol's block; from JDK 12 on next and symbol, in a block of their own; before, hash, next
 * and symbol, in blocks of 8 KiB (jdk: utilities/hashtable.hpp, HashtableEntry).
 */
const nodeBytes = (version: string) => (isSince(version, ['21']) ? 0 : isSince(version, ['12']) ? 32 : 24);

function byContent(evidence: Evidence, resident: (bytes: number) => number): JvmMalloc | undefined {
  const { malloc, jvm } = evidence;
  const { arenaBytes = 0, symbols = 0, symbolBytes = 0, strings = 0, stringBytes = 0 } = malloc?.jvmBlocks ?? {};
  const nodes = jvm ? symbols * nodeBytes(jvm.version) : 0;
  return {
    byNmt: false,
    compilerBytes: resident(arenaBytes),
    symbolBytes: resident(symbolBytes + nodes),
    symbols,
    stringBytes: resident(stringBytes),
    strings,
    codeBytes: malloc ? codeTables(evidence) : 0,
    classBytes: 0,
    others: [],
  };
}

/** Since JDK 23 tables of compiled code are blocks of malloc (JDK-8331087). As many for each byte of code as of all that was compiled. */
function codeTables(evidence: Evidence): number {
  const { version = '', codeCache } = evidence.jvm ?? {};
  if (!isSince(version, ['23'])) return 0;
  return Math.round(rssOf(evidence, 'code cache') * (codeCache?.tablesPerCodeByte ?? 0));
}
