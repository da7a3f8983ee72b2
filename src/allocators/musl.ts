import type { Allocator } from './allocator.ts';

/** mallocng, or the older one, of the musl libc. */
export const musl: Allocator = {
  recognition: { file: /^(?:ld-musl-.*|libc\.musl-.*)\.so/, isLibc: true },
  // Our preload libraries are built for glibc.
  sight: { byInspector: false, byJvm: false, byAgent: false, liveBytes: 'nobody' },
};
