import type { AllocatorEvidence, RegionKind } from '../../model/doctor.ts';
import { printableName } from '../../model/printable.ts';
import { isAnonymous, type Mapping } from '../../parse/smaps.ts';
import { isGoName } from './go-heap.ts';

export interface MappingContext {
  allocator: AllocatorEvidence['name'];
  previous: Mapping | undefined;
  /** Paths of which some mapping is executable. */
  programs: ReadonlySet<string>;
  /** Of file systems in memory. */
  memoryDevices: ReadonlySet<string>;
}

interface Kind {
  kind: RegionKind;
  name: string;
}

/** A .bss is as small as the program that has it; what is larger and lies behind one is somebody's mapping. */
const maxBssBytes = 4 * 1024 ** 2;

/** What a mapping is by its own name, permissions and neighbours; for the parts that nobody who knows has claimed. */
export function classifyMapping(mapping: Mapping, context: MappingContext): Kind {
  const { kind, name } = classify(mapping, context);
  return { kind, name: printableName(name) };
}

function classify(mapping: Mapping, context: MappingContext): Kind {
  const { path } = mapping;
  if (isAnonymous(mapping)) return anonymous(mapping, context);
  if (path.startsWith('[')) return special(mapping, context);
  return file(mapping, context);
}

function special({ path }: Mapping, { allocator }: MappingContext): Kind {
  if (path === '[heap]') return { kind: allocator === 'glibc' ? 'glibc main' : 'allocator', name: path };
  if (path.startsWith('[stack') || path.includes('pthread stack'))
    return { kind: 'thread stacks', name: path === '[stack]' ? 'main (process)' : path };
  if (/^\[v(?:dso|var|syscall|var_vclock)\]$/.test(path) || path === '[uprobes]') return { kind: 'libraries', name: path };
  // glibc.mem.decorate_maps=1, from glibc 2.38 on.
  if (path === '[anon: glibc: malloc arena]') return { kind: 'glibc arenas', name: '' };
  if (path === '[anon: glibc: malloc]') return { kind: 'glibc mmapped', name: '' };
  if (isGoName(path)) return { kind: 'go runtime', name: path };
  if (allocator !== 'glibc' && path.startsWith('[anon:') && /malloc|alloc|mimalloc/i.test(path))
    return { kind: 'allocator', name: path };
  return { kind: 'unexplained', name: path };
}

/** Shared memory that the kernel makes without a file system of anybody's: memfd_create(2), shmget(2), shared anonymous memory. */
const kernelsOwn = /^\/(?:memfd:|SYSV|dev\/zero$|anon_hugepage)/;

function file({ path, perms, device }: Mapping, { programs, memoryDevices }: MappingContext): Kind {
  if (/\/(?:memfd:)?java_heap(?:\.|$)/.test(path)) return { kind: 'java heap', name: path };
  if (path.endsWith('.jsa')) return { kind: 'cds', name: path };
  if (/\/hsperfdata_[^/]*\/\d+$/.test(path)) return { kind: 'jvm other', name: path };
  if (programs.has(path) || /\.so(?:\.[\d.]+)?$/.test(path)) return { kind: 'libraries', name: path };
  if (memoryDevices.has(device) || kernelsOwn.test(path)) return { kind: 'shared memory', name: path };
  return { kind: perms[3] === 's' && path.startsWith('/dev/') ? 'shared memory' : 'mapped files', name: path };
}

function anonymous(mapping: Mapping, context: MappingContext): Kind {
  const { previous, programs, allocator } = context;
  const bytes = mapping.end - mapping.start;
  if (
    previous &&
    previous.end === mapping.start &&
    bytes <= maxBssBytes &&
    mapping.perms[1] === 'w' &&
    programs.has(previous.path)
  ) {
    return { kind: 'libraries', name: previous.path };
  }
  // Nothing tells a foreign allocator's memory from other anonymous memory; what the JVM and the stacks did not claim is taken for it.
  if (allocator !== 'glibc' && allocator !== 'unknown' && /^rw.p$/.test(mapping.perms)) return { kind: 'allocator', name: '' };
  return { kind: 'unexplained', name: '' };
}
