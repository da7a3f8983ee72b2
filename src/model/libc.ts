/** The C libraries that native code is built for. */
export const libcs = ['glibc', 'musl'] as const;
export type Libc = (typeof libcs)[number];
