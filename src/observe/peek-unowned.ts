import type { UnownedSize } from '../model/owners.ts';
import type { NativeOwners } from '../native/native-owners.ts';
import { textOf, toHex } from '../parse/block-content.ts';
import type { ReadRanges } from '../process/read-memory.ts';

/** Sizes, those with most bytes: as many as a table lists. With three blocks each, 1.5 KiB are read in all. */
const sizesPeeked = 8;
const bytesPeeked = 64;
/** Of a chunk what a program may not use. */
const headerBytes = 8;

/**
 * Sizes of nobody's blocks, the largest with the first bytes of some blocks, where these are present. This shows memory contents, so it is for whoever asks
 * for it. A block that was freed since it was found has what is there now.
 *
 * @throws OffheapError NO_PERMISSION, NO_SUCH_PROCESS
 */
export async function peekUnowned(read: ReadRanges, sizes: NativeOwners['sizes']): Promise<UnownedSize[]> {
  const places = sizes
    .slice(0, sizesPeeked)
    .flatMap(({ chunkBytes, examples }) =>
      examples.map((start) => ({ start, end: start + Math.min(bytesPeeked, chunkBytes - headerBytes) })),
    );
  const contentsAt = new Map(await read(places).then((all) => all.map((bytes, index) => [places[index]?.start, bytes])));
  return sizes.map((size) => {
    const contents = size.examples.flatMap((address) => {
      const bytes = contentsAt.get(address);
      return bytes ? [contentOf(address, bytes)] : [];
    });
    return { ...toSize(size), ...(contents.length > 0 ? { contents } : {}) };
  });
}

/** Of its blocks one in the middle: the first may be of the time when the program began. */
export function toSize({ chunkBytes, blocks, examples }: NativeOwners['sizes'][number]): UnownedSize {
  return { chunkBytes, blocks, example: examples[Math.floor(examples.length / 2)] ?? 0 };
}

function contentOf(address: number, bytes: Uint8Array): NonNullable<UnownedSize['contents']>[number] {
  const text = textOf(bytes);
  return { address, hex: toHex(bytes), ...(text === undefined ? {} : { text }) };
}
