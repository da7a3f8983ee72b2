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
  for (const [index, mapping] of mappings.entries())
    roots.add(mapping, { previous: mappings[index - 1], next: mappings[index + 1] });
  return { sources: roots.sources, ranges: roots.ranges, isJvm };
}

/**
 * Memory that another allocator than glibc's may have given out: what the process has mapped for itself, but code. Stacks and the Java heap are in it; the
 * inspector leaves them out.
 */
export function findPointedMemory(mappings: readonly MapsEntry[]): OwnerRoots {
  const isOwn = ({ perms, path }: MapsEntry) => perms === 'rw-p' && /^(?:\[heap\]|\[anon[:_].*)?$/.test(path);
  return {
    sources: [{ kind: 'mapped', name: 'mappings' }],
    ranges: mappings.filter(isOwn).map(({ start, end }) => ({ start, end, source: 0 })),
    isJvm: isMappedByJvm(mappings.map(({ path }) => path)),
  };
}

interface Neighbours {
  previous: MapsEntry | undefined;
  next: MapsEntry | undefined;
}

class Roots {
  readonly sources: OwnerSource[] = [];
  readonly ranges: OwnerRange[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #mappedName: string;

  constructor(isJvm: boolean) {
    this.#mappedName = isJvm ? 'metaspace, code cache and other mappings' : 'other mappings';
  }

  add(mapping: MapsEntry, neighbours: Neighbours): void {
    const { start, end, perms } = mapping;
    if (perms[0] !== 'r' || perms[3] !== 'p') return;
    const source = this.#sourceOf(mapping, neighbours);
    if (source) this.ranges.push({ start, end, source: this.#numberOf(source) });
  }

  #sourceOf(mapping: MapsEntry, { previous, next }: Neighbours): OwnerSource | undefined {
    if (mapping.path.startsWith('/')) return isWritable(mapping) || isRelro(mapping, next) ? dataOf(mapping.path) : undefined;
    if (mapping.path === '' && previous && isBss(mapping, previous)) return dataOf(previous.path);
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

const isWritable = ({ perms }: MapsEntry) => perms[1] === 'w';

/** What the dynamic linker has written and closed again lies before the data that stay writable. glibc keeps blocks there as well (attribute_relro). */
function isRelro({ path, end }: MapsEntry, next: MapsEntry | undefined): boolean {
  return next !== undefined && next.path === path && next.start === end && isWritable(next);
}

/** Behind a file's data, or what was closed of them; the beginning of a file has none before it, and neither has a jar, which is mapped to be shared. */
function isBss(mapping: MapsEntry, previous: MapsEntry): boolean {
  const hasData = previous.path.startsWith('/') && previous.perms[3] === 'p' && (isWritable(previous) || previous.offset > 0);
  return hasData && isWritable(mapping) && previous.end === mapping.start && mapping.end - mapping.start <= maxBssBytes;
}

/** What the class data archive has is the JVM's as well. */
function dataOf(path: string): OwnerSource {
  if (jvmLibrary.test(path) || path.endsWith('.jsa')) return { kind: 'jvm', name: 'JVM' };
  return { kind: 'library', name: printableName(path.slice(path.lastIndexOf('/') + 1)) };
}
