/** The C libraries that native code is built for. */
export const libcs = ['glibc', 'musl'] as const;
/** The C library that a program is linked with. */
export type Libc = (typeof libcs)[number];
