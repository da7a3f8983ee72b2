import { basename } from 'node:path';
import type { UnownedLibraries } from '../model/owners.ts';
import { printableName } from '../model/printable.ts';
import type { NativeOwners } from '../native/native-owners.ts';
import type { MapsEntry } from '../parse/maps.ts';
import type { ReadRanges } from '../process/read-memory.ts';
import { byKey } from './by-key.ts';

/** With three blocks each, 12 KiB are read in all. */
const sizesRead = 8;
const bytesRead = 512;
const headerBytes = 8;
/** Every program's blocks lead there. */
const everybodys = /\/(?:libc|libpthread|libstdc\+\+|libgcc_s|libm|libjvm|ld-linux[\w-]*)[.-]/;

/**
 * Whose the blocks of nobody may be: which libraries' code and data some of them hold addresses of, as tables of functions or methods. Contents stay here.
 *
 * @throws OffheapError NO_PERMISSION, NO_SUCH_PROCESS
 */
export async function findUnownedLibraries(
  read: ReadRanges,
  sizes: NativeOwners['sizes'],
  mappings: readonly MapsEntry[],
): Promise<UnownedLibraries> {
  const places = sizes
    .slice(0, sizesRead)
    .flatMap(({ chunkBytes, examples }) =>
      examples.map((start) => ({ start, end: start + Math.min(bytesRead, chunkBytes - headerBytes) })),
    );
  const blocks = await read(places);
  return countLibraries(
    blocks.filter((block) => block !== undefined),
    mappings,
  );
}

/** Pure. `mappings` are in order of address. */
export function countLibraries(blocks: readonly Uint8Array[], mappings: readonly MapsEntry[]): UnownedLibraries {
  const files = mappings.filter(({ path }) => path.startsWith('/') && !everybodys.test(path) && /\.so(?:\.|$)/.test(path));
  const pointed = blocks.flatMap((block) => [...new Set(addressesIn(block).flatMap((address) => nameAt(files, address)))]);
  const libraries = [...byKey(pointed, (name) => name)].map(([name, of]) => ({ name, blocks: of.length }));
  return { sampledBlocks: blocks.length, libraries: libraries.sort((a, b) => b.blocks - a.blocks || (a.name < b.name ? -1 : 1)) };
}

function addressesIn(block: Uint8Array): number[] {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  return Array.from({ length: Math.floor(block.byteLength / 8) }, (_, index) => Number(view.getBigUint64(index * 8, true)));
}

function nameAt(files: readonly MapsEntry[], address: number): string[] {
  const file = files.find(({ start, end }) => address >= start && address < end);
  return file ? [printableName(basename(file.path))] : [];
}
