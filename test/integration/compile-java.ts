import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, shortLived } from '../corpus/compile.ts';

/** Compiles sources into a folder, all together: most of a javac is its start. Those of programs/ are there already (java-programs.ts). */
export function compileJava(folder: string, sources: readonly string[]): void {
  compile('javac', [...shortLived, '-nowarn', '-d', folder, ...sources]);
}

/** The same of texts, by the names of their classes. */
export function compileTexts(folder: string, texts: Readonly<Record<string, string>>): void {
  const sources = Object.entries(texts).map(([name, text]) => {
    const path = join(folder, `${name}.java`);
    writeFileSync(path, text);
    return path;
  });
  compileJava(folder, sources);
}
