import { printableName } from '../model/printable.ts';
import type { OwnerRange, OwnerSource } from '../native/owners.ts';
import { isMappedByJvm, type MapsEntry } from '../parse/maps.ts';

/** A .bss lies right behind its file's data, and is as small as a program that has it. */
const maxBssBytes = 64 * 1024 ** 2;

const jvmLibrary = /\/libjvm\.so$/;

export interface OwnerRoots {
  sources: OwnerSource[];
  ranges: OwnerRange[];
  isJvm: boolean;
}

/**
 * Memory of a process that may hold pointers to blocks of malloc, and whose it is: writable data of its files, and other private memory. What only others
 * can write to, and what is shared with other processes, holds none. Stacks, malloc's own memory and the Java heap are in it; the inspector leaves them out.
 */
export function findOwnerRoots(mappings: readonly MapsEntry[]): OwnerRoots {
  const isJvm = isMappedByJvm(mappings.map(({ path }) => path));
  const roots = new Roots(isJvm);
  let previous: MapsEntry | undefined;
  for (const mapping of mappings) {
    roots.add(mapping, previous);
    previous = mapping;
  }
  return { sources: roots.sources, ranges: roots.ranges, isJvm };
}

class Roots {
  readonly sources: OwnerSource[] = [];
  readonly ranges: OwnerRange[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #mappedName: string;

  constructor(isJvm: boolean) {
    this.#mappedName = isJvm ? 'metaspace, code cache and other mappings' : 'other mappings';
  }

  add(mapping: MapsEntry, previous: MapsEntry | undefined): void {
    const { start, end, perms } = mapping;
    if (perms[0] !== 'r' || perms[3] !== 'p') return;
    const source = this.#sourceOf(mapping, previous);
    if (source) this.ranges.push({ start, end, source: this.#numberOf(source) });
  }

  #sourceOf(mapping: MapsEntry, previous: MapsEntry | undefined): OwnerSource | undefined {
    const isWritable = mapping.perms[1] === 'w';
    if (mapping.path.startsWith('/')) return isWritable ? dataOf(mapping.path) : undefined;
    const isBss = isWritable && previous?.end === mapping.start && mapping.end - mapping.start <= maxBssBytes;
    if (mapping.path === '' && isBss && previous.path.startsWith('/')) return dataOf(previous.path);
    return /^\[v(?:dso|var|syscall)/.test(mapping.path) ? undefined : { kind: 'mapped', name: this.#mappedName };
  }

  #numberOf(source: OwnerSource): number {
    const key = `${source.kind} ${source.name}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.sources.push(source) - 1;
    this.#numbers.set(key, number);
    return number;
  }
}

/** What the class data archive has is the JVM's as well. */
function dataOf(path: string): OwnerSource {
  if (jvmLibrary.test(path) || path.endsWith('.jsa')) return { kind: 'jvm', name: 'JVM' };
  return { kind: 'library', name: printableName(path.slice(path.lastIndexOf('/') + 1)) };
}
