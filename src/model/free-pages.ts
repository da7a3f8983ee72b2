/** How an allocator keeps books of free pages: jemalloc, tcmalloc and mimalloc, in the order of native/allocators/free_pages.h. */
export const freePagesRecords = ['extents of arenas', 'spans', 'segments'] as const;
export type FreePagesRecords = (typeof freePagesRecords)[number];

/** One way to read the records of free extents: which version it is only shows in whether the sums are right. */
export interface FreeExtents {
  dirtyBytes: number;
  muzzyBytes: number;
  /** Of both, what is resident. */
  rssBytes: number;
}

/** What records say of segments. */
export interface FreeSegments {
  /** How many were found. */
  segments: number;
  /** Of these, what contradicts itself. */
  unproven: number;
  /** Resident bytes of what is free in the others. */
  rssBytes: number;
}
