import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { shortLived } from '../corpus/compile.ts';

/** Compiles sources into a folder, all together: most of a javac is its start. Those of programs/ are there already (java-programs.ts). */
export async function compileJava(folder: string, sources: readonly string[]): Promise<void> {
  await execa('javac', [...shortLived, '-nowarn', '-d', folder, ...sources]);
}

/** The same of texts, by the names of their classes. */
export async function compileTexts(folder: string, texts: Readonly<Record<string, string>>): Promise<void> {
  const sources = Object.entries(texts).map(([name, text]) => ({ path: join(folder, `${name}.java`), text }));
  await Promise.all(sources.map(({ path, text }) => writeFile(path, text)));
  await compileJava(
    folder,
    sources.map(({ path }) => path),
  );
}
