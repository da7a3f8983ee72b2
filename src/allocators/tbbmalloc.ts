import type { Allocator } from './allocator.ts';

/** oneTBB's. Its proxy library serves malloc; libtbbmalloc.so alone serves those who call scalable_malloc. */
export const tbbmalloc: Allocator = {
  recognition: { file: /^libtbbmalloc_proxy[\w-]*\.so/ },
  variables: /^TBB_MALLOC_/,
  sight: { byInspector: false, byJvm: false, byAgent: false, liveBytes: 'meter' },
};
