import type { Allocator } from './allocator.ts';

/** What serves malloc where none is recognised, as in a static program. */
export const unknown: Allocator = {
  sight: { byInspector: false, byJvm: false, byAgent: false, liveBytes: 'nobody' },
};
