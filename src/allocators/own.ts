import type { RunnableAllocator } from './allocator.ts';

/** A library of the user's that is none of those known by name. What it reads and keeps is not known; the meter counts in front of it. */
export const own: RunnableAllocator = {
  sight: { byInspector: false, byJvm: false, byAgent: false, liveBytes: 'meter' },
  origin: 'user',
  configurations: {},
};
