/** Entry points that can fail for want of memory or by a wrong argument. */
export const allocatingEntryPoints = [
  'malloc',
  'calloc',
  'realloc',
  'reallocarray',
  'posix_memalign',
  'aligned_alloc',
  'memalign',
  'valloc',
  'pvalloc',
] as const;

/** The malloc family, in the order of native/shared/entry_points.h; a test compares the two. */
export const entryPoints = [...allocatingEntryPoints, 'free', 'free_sized', 'free_aligned_sized', 'malloc_usable_size'] as const;

export type AllocatingEntryPoint = (typeof allocatingEntryPoints)[number];
/** A function of the malloc family. */
export type EntryPoint = (typeof entryPoints)[number];

/** Libraries that write counter pages. */
export const counterWriters = ['meter', 'mmapalloc'] as const;
/** A library that counts. */
export type CounterWriter = (typeof counterWriters)[number];
