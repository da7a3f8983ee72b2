import { lstatSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, OffheapError } from '../model/errors.ts';
import type { KeptLooks } from '../model/kept-looks.ts';
import { quote } from '../model/units.ts';
import { readKeptFile } from '../observe/kept-looks.ts';
import { type LooksKey, listLooksFiles, looksFileName } from '../observe/kept-looks-folder.ts';
import { makeFolder } from '../process/make-folder.ts';
import { rewritePrivate } from '../process/whole-file.ts';
import { isWritable } from '../process/writable.ts';

/** Of a folder of kept looks. What is new takes the place of the oldest of a process that is no more. */
export interface ShelfBounds {
  files: number;
  bytes: number;
}

interface Kept {
  bytes: number;
  /** Unix time in milliseconds. */
  writtenAtMs: number;
}

const onlyOwner = 0o700;
/** Nobody has been writing one file for so long. */
const leftoverMs = 600_000;

/** Makes the folder where it is missing, for this user alone. @throws OffheapError USAGE where nothing can be kept there */
export function requireShelf(folder: string): void {
  const refused = (cause: string) =>
    new OffheapError(
      'USAGE',
      `Expected --keep-looks to name a folder that this user may write to, but ${quote(folder)} ${cause}. Make one: mkdir -m 700 ${quote(folder)}`,
    );
  try {
    makeFolder(folder, onlyOwner);
  } catch (error) {
    throw refused(`is none: ${messageOf(error)}`);
  }
  if (!isWritable(folder)) throw refused('may not be written to');
}

/** The files of a folder, one a process. What is written is whole, and together within the bounds. */
export class LooksShelf {
  readonly #folder: string;
  readonly #bounds: ShelfBounds;
  /** By name, once the folder was listed. */
  #kept: Map<string, Kept> | undefined;

  constructor(folder: string, bounds: ShelfBounds) {
    this.#folder = folder;
    this.#bounds = bounds;
  }

  /** What is there of a process; undefined of one that is new, a sentence of a file that is broken. @throws Error where the folder cannot be read */
  async read(key: LooksKey): Promise<KeptLooks | string | undefined> {
    this.#kept ??= this.#list();
    const name = looksFileName(key);
    return this.#kept.has(name) ? readKeptFile(this.#folder, { ...key, name }) : undefined;
  }

  /**
   * False where there is no room: all that is there is of processes that live.
   *
   * @param living whose files stay
   * @throws OffheapError WRITE_FAILED
   */
  async write(key: LooksKey, text: string, living: () => Iterable<LooksKey>): Promise<boolean> {
    this.#kept ??= this.#list();
    const name = looksFileName(key);
    const bytes = Buffer.byteLength(text);
    if (!this.#makeRoom(name, bytes, living)) return false;
    await rewritePrivate(join(this.#folder, name), text);
    this.#kept.set(name, { bytes, writtenAtMs: Date.now() });
    return true;
  }

  #makeRoom(name: string, bytes: number, living: () => Iterable<LooksKey>): boolean {
    const kept = this.#kept ?? new Map<string, Kept>();
    const hasRoom = () => {
      const others = [...kept].filter(([other]) => other !== name).map(([, other]) => other.bytes);
      return others.length < this.#bounds.files && others.reduce((sum, other) => sum + other, bytes) <= this.#bounds.bytes;
    };
    if (hasRoom()) return true;
    const staying = new Set([name, ...[...living()].map(looksFileName)]);
    const oldestFirst = [...kept].sort(([, a], [, b]) => a.writtenAtMs - b.writtenAtMs);
    for (const [other] of oldestFirst.filter(([candidate]) => !staying.has(candidate))) {
      rmSync(join(this.#folder, other), { force: true });
      kept.delete(other);
      if (hasRoom()) return true;
    }
    return false;
  }

  /** What is no regular file is not ours, and never removed. */
  #list(): Map<string, Kept> {
    const kept = new Map<string, Kept>();
    const { files, leftovers } = listLooksFiles(this.#folder);
    const found = (name: string) => lstatSync(join(this.#folder, name), { throwIfNoEntry: false });
    for (const { name } of files) {
      const file = found(name);
      if (file?.isFile()) kept.set(name, { bytes: file.size, writtenAtMs: file.mtimeMs });
    }
    for (const name of leftovers) {
      const file = found(name);
      if (file?.isFile() && Date.now() - file.mtimeMs > leftoverMs) rmSync(join(this.#folder, name), { force: true });
    }
    return kept;
  }
}
