import type { AllocatorEvidence } from '../model/doctor.ts';
import { printable, printableName } from '../model/printable.ts';
import { isTelling } from './environment.ts';
import { type AllocatorName, allocatorNames, allocators } from './registry.ts';

export interface AllocatorClues {
  /** Files mapped into the process, in the order of their addresses. */
  mappedFiles: readonly string[];
  environment: ReadonlyMap<string, string>;
  /** Content of the program's file, or as much of it as was read; undefined when it cannot be. */
  program?: Uint8Array;
  programPath?: string;
}

/** What of an allocator tells that it serves. Those of libc come last. */
const recognitions = allocatorNames.flatMap((name) => {
  const { recognition } = allocators[name];
  return recognition ? [{ name, ...recognition }] : [];
});
const libraries = recognitions.filter(({ isLibc }) => !isLibc);
const libcs = recognitions.filter(({ isLibc }) => isLibc);
/** The longest text first: the more there is of it, the less has another program it by chance. */
const textsOf = (list: typeof recognitions) =>
  list
    .flatMap(({ name, inProgram }) => (inProgram === undefined ? [] : [{ name, text: inProgram }]))
    .sort((a, b) => b.text.length - a.text.length);
const texts = textsOf(libraries);
/** Of a static program. */
const libcTexts = textsOf(libcs);

/** As evidence, by a name that is one of the registry's. */
export interface DetectedAllocator extends AllocatorEvidence {
  name: AllocatorName;
}

/**
 * Which allocator serves malloc: the first preloaded one that is mapped, else one the program names among its libraries, else one linked into it, else
 * libc's own, which a static program has in it. A library that was merely loaded later, as some JNI code brings its own jemalloc, serves nobody else's malloc.
 */
export function detectAllocator(clues: AllocatorClues): DetectedAllocator {
  const preloaded = mappedPreloads(clues);
  const { name, library } = findServer(clues, preloaded);
  const telling = [...clues.environment].filter(([variable]) => isTelling(variable));
  const environment = Object.fromEntries(telling.map(([variable, value]) => [printable(variable), printableName(value)]));
  return { name, library: printable(library), preloaded: preloaded.map(printable), environment };
}

function findServer(clues: AllocatorClues, preloaded: readonly string[]): Pick<DetectedAllocator, 'name' | 'library'> {
  const program = clues.program === undefined ? '' : Buffer.from(clues.program).toString('latin1');
  const needed = clues.mappedFiles.filter((file) => match(libraries, file) && program.includes(`\0${baseName(file)}\0`));
  for (const file of [...preloaded, ...needed]) {
    const name = match(libraries, file);
    if (name) return { name, library: file };
  }
  const inside = texts.find(({ text }) => program.includes(text));
  if (inside) return { name: inside.name, library: clues.programPath ?? '' };
  for (const file of clues.mappedFiles) {
    const name = match(libcs, file);
    if (name) return { name, library: file };
  }
  const own = libcTexts.find(({ text }) => program.includes(text));
  return own ? { name: own.name, library: clues.programPath ?? '' } : { name: 'unknown', library: '' };
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

function match(candidates: typeof recognitions, path: string): AllocatorName | undefined {
  return candidates.find(({ file }) => file.test(baseName(path)))?.name;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `libjemalloc.so.2` is a link to `libjemalloc.so.2.3.0`, and the kernel shows where it ends. */
function stem(path: string): string {
  return baseName(path).replace(/\.so.*$/, '');
}
