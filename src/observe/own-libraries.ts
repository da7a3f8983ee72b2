import { basename, dirname } from 'node:path';
import { printableName } from '../model/printable.ts';
import type { Mapping } from '../parse/smaps.ts';
import { nameInside } from '../process/target-path.ts';

/** Where a distribution puts its libraries: what every program of it may map. */
const systemFolders = /^\/(?:usr\/)?lib(?:32|64|x32)?\//;
/** As many are named as a program brings, and no list of a hostile one. */
const mostLibraries = 64;

/**
 * Paths of the program's own libraries: executable files that are neither the system's, nor the JDK's, nor the program's file, nor preloaded. Java's libraries
 * unpack theirs into a folder for temporary files, delete them when they are loaded, and name them as they like.
 */
export function ownLibraries(
  mappings: readonly Mapping[],
  { preloaded, root = '/' }: { preloaded: readonly string[]; root?: string },
): string[] {
  const files = new Set(mappings.filter(({ perms, path }) => perms[2] === 'x' && path.startsWith('/')).map(({ path }) => path));
  const [program] = mappings.filter(({ path }) => path.startsWith('/'));
  const jdk = [...files].find((path) => path.endsWith('/libjvm.so'));
  const jdkFolder = jdk === undefined ? undefined : `${homeOf(jdk)}/`;
  const isOfSystem = (path: string) => systemFolders.test(nameInside(root, path) ?? path);
  const isOwn = (path: string) =>
    path !== program?.path && !isOfSystem(path) && !(jdkFolder && path.startsWith(jdkFolder)) && !preloaded.includes(path);
  return [...files].filter(isOwn).slice(0, mostLibraries);
}

/** JDK 8 has the library in jre/lib/amd64/server, later ones in lib/server. */
function homeOf(jvmLibrary: string): string {
  return dirname(dirname(jvmLibrary))
    .replace(/\/lib(?:\/[^/]+)?$/, '')
    .replace(/\/jre$/, '');
}

/** What makes a name of a temporary file (java.io.TempDirectory): a random number of 64 bits. */
const randomDigits = /\d{9,}/g;

/** As they are told: `librocksdbjni….so`. */
export function nameLibraries(paths: readonly string[]): string[] {
  return [...new Set(paths.map((path) => printableName(basename(path).replaceAll(randomDigits, '…'))))];
}
