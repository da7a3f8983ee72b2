import type { AllocatorEvidence } from '../model/doctor.ts';

export interface AllocatorClues {
  /** Files mapped into the process, in the order of their addresses. */
  mappedFiles: readonly string[];
  environment: ReadonlyMap<string, string>;
  /** Content of the program's file, or as much of it as was read; undefined when it cannot be. */
  program?: Uint8Array;
  programPath?: string;
}

type Name = AllocatorEvidence['name'];

/** By file name. `libtcmalloc_minimal.so.4`, `libtcmalloc_minimal_debug.so.4`, `libjemalloc.so.2`, `libmimalloc-secure.so.2.0`, … */
const libraries: [Name, RegExp][] = [
  ['tcmalloc', /^libtcmalloc[\w-]*\.so/],
  ['jemalloc', /^libjemalloc[\w-]*\.so/],
  ['mimalloc', /^libmimalloc[\w-]*\.so/],
  ['mmap', /^libmmapalloc\.so/],
];
const libc: [Name, RegExp][] = [
  ['glibc', /^libc(?:-2\.\d+)?\.so(?:\.6)?$/],
  ['musl', /^(?:ld-musl-.*|libc\.musl-.*)\.so/],
];

/** Text that a program has in it when the allocator was linked into it. */
const builtIn: [Name, string][] = [
  ['jemalloc', '<jemalloc>'],
  ['tcmalloc', 'TCMALLOC_'],
  ['mimalloc', 'mimalloc: '],
];

const settingNames = /^(?:MALLOC_|GLIBC_TUNABLES$|_RJEM_|JE_MALLOC_|TCMALLOC_|MIMALLOC_|OFFHEAP_|LD_PRELOAD$)/;

/**
 * Which allocator serves malloc: the first preloaded one that is mapped, else one the program names among its libraries, else one linked into it, else
 * libc's own. A library that was merely loaded later, as some JNI code brings its own jemalloc, serves nobody else's malloc.
 */
export function detectAllocator(clues: AllocatorClues): AllocatorEvidence {
  const preloaded = mappedPreloads(clues);
  const environment = Object.fromEntries([...clues.environment].filter(([name]) => settingNames.test(name)));
  return { ...findServer(clues, preloaded), preloaded, environment };
}

function findServer(clues: AllocatorClues, preloaded: readonly string[]): { name: Name; library: string } {
  const program = clues.program === undefined ? '' : Buffer.from(clues.program).toString('latin1');
  const needed = clues.mappedFiles.filter((file) => match(libraries, file) && program.includes(`\0${baseName(file)}\0`));
  for (const file of [...preloaded, ...needed]) {
    const name = match(libraries, file);
    if (name) return { name, library: file };
  }
  const inside = builtIn.find(([, text]) => program.includes(text));
  if (inside) return { name: inside[0], library: clues.programPath ?? '' };
  for (const file of clues.mappedFiles) {
    const name = match(libc, file);
    if (name) return { name, library: file };
  }
  return { name: 'unknown', library: '' };
}

/** Of LD_PRELOAD in its order (ld.so(8): separated by spaces or colons), by mapped path. A bare name is looked up by the linker, so names are compared. */
function mappedPreloads({ environment, mappedFiles }: AllocatorClues): string[] {
  const wanted = (environment.get('LD_PRELOAD') ?? '').split(/[ :]+/).filter((entry) => entry !== '');
  return wanted.flatMap((entry) => {
    const exact = mappedFiles.find((file) => file === entry);
    const file = exact ?? mappedFiles.find((mapped) => stem(mapped) === stem(entry));
    return file === undefined ? [] : [file];
  });
}

function match(table: [Name, RegExp][], file: string): Name | undefined {
  return table.find(([, pattern]) => pattern.test(baseName(file)))?.[0];
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `libjemalloc.so.2` is a link to `libjemalloc.so.2.3.0`, and the kernel shows where it ends. */
function stem(path: string): string {
  return baseName(path).replace(/\.so.*$/, '');
}
