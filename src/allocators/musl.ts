import type { Allocator } from './allocator.ts';

/** mallocng, or the older one, of the musl libc. */
export const musl: Allocator = {
  recognition: { file: /^(?:ld-musl-.*|libc\.musl-.*)\.so|^libc\.so$/, isLibc: true },
  sight: { byInspector: false, byJvm: false, byAgent: false, liveBytes: 'meter' },
};
