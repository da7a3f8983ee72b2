import { z } from 'zod';
import { address, bytes, count } from './figures.ts';

const unownedContent = z.object({
  /** Of the block. */
  address,
  /** Its first bytes, 64 at most, in hexadecimal. */
  hex: z.string(),
  /** The same as text, where most of them are printable; the others are escaped as `\xNN`. */
  text: z.string().exactOptional(),
});
/** What a block holds to which no pointer was found. */
export type UnownedContent = z.infer<typeof unownedContent>;

export const unownedSize = z.object({
  /** Of each chunk. */
  chunkBytes: bytes,
  /** Of that size. */
  blocks: count,
  /** Address of one of the blocks. */
  example: address,
  /** Only with --peek, since it shows memory contents: what some of the blocks begin with, of the sizes with most bytes. */
  contents: z.array(unownedContent).exactOptional(),
});
/** Blocks of one size to which no pointer was found. */
export type UnownedSize = z.infer<typeof unownedSize>;

/** What blocks of nobody lead to. */
export const unownedLibraries = z.object({
  /** Of the sizes with most bytes, that were read. */
  sampledBlocks: count,
  /** Whose code or data they hold addresses of, most first. libc and the JVM, to which every program's lead, are left out. */
  libraries: z.array(
    z.object({
      /** Its file. */
      name: z.string(),
      /** That hold such an address. */
      blocks: count,
    }),
  ),
});
export type UnownedLibraries = z.infer<typeof unownedLibraries>;
