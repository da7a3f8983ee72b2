import type { Allocator } from './allocator.ts';

/** mallocng, or the older one, of the musl libc. */
export const musl: Allocator = {
  // Its loader is its libc: a link to it is named ld-musl-*.so.1, and Debian's file itself libc.so. The text is of strerror(3), which printf(3) calls.
  recognition: { file: /^(?:(?:ld-musl-.*|libc\.musl-.*)\.so|libc\.so$)/, inProgram: 'No error information', isLibc: true },
  sight: { byInspector: false, byJvm: false, byAgent: false, liveBytes: 'meter' },
};
