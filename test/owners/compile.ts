import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileCorpus, compileJava, compileWhenNewer, built as corpusClasses, builtIn as corpusIn } from '../corpus/compile.ts';
import { compileJniInto } from '../corpus/compile-native.ts';
import { jarPath } from '../corpus/libraries.ts';
import { springJars } from './libraries.ts';

/** Where the compiled programs and classes are. */
const built = fileURLToPath(new URL('../../build/test-owners', import.meta.url));
export const nativeLibrary = join(built, 'jni', 'owners.so');

export type SourceFolder = 'java' | 'java-22' | 'java-libraries' | 'spring';

/** What a program of the folder needs on its class path, but for jars. */
export function classPathOf(folder: SourceFolder): string[] {
  const base = [join(built, 'java'), corpusClasses];
  return folder === 'java' ? base : [join(built, folder), ...base, corpusIn('java-libraries')];
}

/** Compiles those of a plain JDK, and the library in C; false where there is no jni.h. */
export function compileOwners(): boolean {
  compileCorpus();
  compileOne('java', 'javac', 17, []);
  return compileJniInto(join(built, 'jni'), '../owners/jni');
}

/** Compiles the others, as far as their jars and a newer JDK are here. */
export function compileMoreOwners(newJdk: string | undefined): void {
  const libraries = ['rocksdb', 'netty-buffer', 'netty-common', 'zstd', 'jna', 'lucene', 'tcnative'].map(jarPath);
  if (libraries.every((jar) => existsSync(jar))) compileOne('java-libraries', 'javac', 17, libraries);
  if (springJars.every((jar) => existsSync(jar))) compileOne('spring', 'javac', 17, springJars);
  if (newJdk !== undefined) compileOne('java-22', join(newJdk, 'bin', 'javac'), 22, []);
}

function compileOne(folder: SourceFolder, javac: string, release: number, jars: readonly string[]): void {
  const from = `../owners/${folder}`;
  const classPath = [...classPathOf(folder).slice(folder === 'java' ? 1 : 0), ...jars];
  compileWhenNewer(join(built, folder), [from], (into) => compileJava(javac, into, { release, from, classPath }));
}
