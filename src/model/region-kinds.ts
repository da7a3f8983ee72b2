/** Kinds of memory, in the order of the breakdown. docs/evidence.md explains each. */
export const regionKinds = [
  'java heap',
  'metaspace',
  'code cache',
  'cds',
  'gc',
  'thread stacks',
  'glibc main',
  'glibc arenas',
  'glibc mmapped',
  'allocator',
  'go runtime',
  'jvm other',
  'mapped files',
  'libraries',
  'shared memory',
  'unexplained',
] as const;
export type RegionKind = (typeof regionKinds)[number];
