import { z } from 'zod';
import { libcs } from './libc.ts';

export const libraryNames = ['meter', 'mmapalloc', 'allocator-agent'] as const;
/** What offheap has a program load. */
export type LibraryName = (typeof libraryNames)[number];

const listed = z.object({
  /** The file is `libNAME.so`. */
  name: z.enum(libraryNames),
  /** Of the programs that can load it. */
  libc: z.enum(libcs),
  /** Absolute path of the file. */
  path: z.string(),
});

/** `offheap libs --format=json`: what offheap has a program load, for each libc that it has it for. */
export const libraryList = z.array(listed);
/** What `listLibraries` returns. */
export type LibraryList = z.infer<typeof libraryList>;
