import type { Evidence } from '../model/doctor.ts';

/** What the linker puts before a program's build information (Go: debug/buildinfo). */
const goMark = Buffer.from(' Go buildinf:');

export interface RuntimeClues {
  /** The program's file, or as much of it as was read. */
  program?: Uint8Array;
  /** GraalVM's native-image has made it. */
  isNativeImage?: boolean;
  /** Files mapped into the process. */
  mappedFiles: readonly string[];
}

/** By whom a program's objects are allocated that are neither malloc's nor a JVM's. Undefined where nothing tells. */
export function runtimeOf({ program, mappedFiles, isNativeImage = false }: RuntimeClues): Evidence['runtime'] {
  if (isNativeImage) return 'native-image';
  const names = mappedFiles.map((path) => path.slice(path.lastIndexOf('/') + 1));
  if (names.some((name) => /^(?:libpython|python)[23](?:\.\d+)?(?:$|\.so|m?\.)/.test(name))) return 'cpython';
  if (names.some((name) => /^(?:node|nodejs|libnode\.so[.\d]*)$/.test(name))) return 'v8';
  return program !== undefined && Buffer.from(program.buffer, program.byteOffset, program.byteLength).includes(goMark)
    ? 'go'
    : undefined;
}
