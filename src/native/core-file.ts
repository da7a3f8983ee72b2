import type { AddressRange } from '../model/address-range.ts';
import { loadBinding } from './binding.ts';
import { withCancelFlag } from './cancel-flag.ts';
import { toCoreError } from './core-errors.ts';
import type { NativeCore } from './native-core.ts';

/** A mapping of a process that has left a core file. Sizes are bytes. */
export interface CoreMapping extends AddressRange {
  /** From its start on, what the file has. */
  dumpedBytes: number;
  /** Where in the file. */
  dumpedAt: number;
  /** Of that, in pages that hold something, or of which the kernel tells that they were in memory. */
  filledBytes: number;
  /** Of the mapped file, its name as the kernel has it; empty: of none. */
  path: string;
  /** Of that file. */
  pathOffset: number;
  /** Undefined where only the list of mapped files has it. */
  access?: { isReadable: boolean; isWritable: boolean; isExecutable: boolean };
}

/** What a core file tells beside malloc's heaps, and who owns its blocks. */
export interface CoreFile extends Omit<NativeCore, 'threads' | 'mappings' | 'paths'> {
  /** Of the file. */
  file: string;
  threads: { tid: number; stackPointer: number }[];
  mappings: CoreMapping[];
}

const numbersEach = 8;
/** Of program headers (elf(5)). */
const [executable, writable, readable] = [1, 2, 4];

/**
 * Reads the headers and the notes of a core file, and which of its pages hold something, off the JavaScript thread. It stays open for `use`, and no longer.
 *
 * @throws OffheapError INVALID_FILE for what is no core file of this kind of machine, MISSING_FILE, or INSPECT_FAILED
 */
export async function withCoreFile<Result>(
  path: string,
  { budgetMs, signal }: { budgetMs: number; signal?: AbortSignal | undefined },
  use: (core: CoreFile) => Promise<Result>,
): Promise<Result> {
  const { core, ...verdict } = await withCancelFlag(signal, (cancelled) => loadBinding().readCore(path, budgetMs, cancelled));
  if (!core) throw toCoreError(path, verdict);
  try {
    return await use(toCoreFile(path, core));
  } finally {
    loadBinding().closeCore(core.number);
  }
}

function toCoreFile(path: string, { threads, mappings, paths, ...told }: NativeCore): CoreFile {
  return {
    ...told,
    file: path,
    threads: Array.from({ length: threads.length / 2 }, (_, index) => ({
      tid: threads[2 * index] ?? 0,
      stackPointer: threads[2 * index + 1] ?? 0,
    })),
    mappings: Array.from({ length: mappings.length / numbersEach }, (_, index) =>
      toMapping(mappings.subarray(index * numbersEach, (index + 1) * numbersEach), paths),
    ),
  };
}

function toMapping(numbers: Float64Array, paths: readonly string[]): CoreMapping {
  const [start = 0, end = 0, dumpedBytes = 0, dumpedAt = 0, filledBytes = 0, pathOffset = 0, flags = -1, path = -1] = numbers;
  const access = {
    isReadable: (flags & readable) !== 0,
    isWritable: (flags & writable) !== 0,
    isExecutable: (flags & executable) !== 0,
  };
  return {
    ...{ start, end, dumpedBytes, dumpedAt, filledBytes, pathOffset },
    path: paths[path] ?? '',
    ...(flags < 0 ? {} : { access }),
  };
}
