import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sameEverywhere } from '../compiler-flags.ts';

const sources = fileURLToPath(new URL('.', import.meta.url));
/** What says how they are compiled. */
const withFlags = [import.meta.url, new URL('../compiler-flags.ts', import.meta.url)].map((url) => fileURLToPath(url));
/** Where the compiled programs and classes are. */
export const built = fileURLToPath(new URL('../../build/test-corpus', import.meta.url));
/** Of the sources that need more than a C compiler and a JDK of 17: by folder. */
export const builtIn = (folder: string) => join(built, folder);
export const sourcesIn = (folder: string) => join(sources, folder);
// -fno-builtin: a compiler that knows malloc leaves out blocks that nobody reads.
const flags = [...sameEverywhere, '-O1', '-fno-builtin', '-pthread', '-Wall', '-Wextra', '-Werror'];

/** For a tool of the JDK that runs for a second or two: C2 would not pay. */
export const shortLived = ['-J-XX:TieredStopAtLevel=1', '-J-XX:+UseSerialGC'];

/** Compiles what the labels name. */
export function compileCorpus(): void {
  compileWhenNewer(built, ['c', 'java'], (folder) => {
    const c = sourcesIn('c');
    for (const name of readdirSync(c).filter((file) => file.endsWith('.c'))) {
      compile('cc', [...flags, '-std=gnu11', join(c, name), '-o', join(folder, name.replace(/\.c$/, ''))]);
    }
    const library = ['-std=gnu11', '-DLIBRARY', '-shared', '-fPIC', join(c, 'mmap_user.c')];
    compile('cc', [...flags, ...library, '-o', join(folder, 'mmap_user.so')]);
    compileJava('javac', folder, { from: 'java', classPath: [] });
  });
}

/** Compiles some folders of sources into one, when they are newer than what is there: in a folder of its own first, as another process may do so too. */
export function compileWhenNewer(target: string, folders: readonly string[], compileInto: (folder: string) => void): void {
  const stamp = join(target, 'compiled');
  const files = [
    ...withFlags,
    ...folders.flatMap((folder) => readdirSync(sourcesIn(folder)).map((name) => join(sources, folder, name))),
  ];
  const newest = Math.max(...files.map((file) => statSync(file).mtimeMs));
  if (existsSync(stamp) && statSync(stamp).mtimeMs > newest) return;
  const partial = `${target}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  compileInto(partial);
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(partial)) renameSync(join(partial, name), join(target, name));
  rmdirSync(partial);
  writeFileSync(stamp, '');
}

/** Classes without a package, from all sources of a folder. */
export function compileJava(
  javac: string,
  folder: string,
  { release, from, classPath }: { release?: number; from: string; classPath: readonly string[] },
): void {
  const files = readdirSync(sourcesIn(from)).map((file) => join(sources, from, file));
  const paths = classPath.length === 0 ? [] : ['-cp', classPath.join(':')];
  // Without a release they run on JDK 8 as well, and call what they need of the JDK that compiles them: --release 8 hides Unsafe.
  const of = release === undefined ? ['-source', '8', '-target', '8', '-Xlint:-options'] : ['--release', String(release)];
  compile(javac, [...shortLived, ...of, '-nowarn', '-XDignore.symbol.file', ...paths, '-d', folder, ...files]);
}

export function compile(command: string, args: readonly string[], cwd?: string): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8', ...(cwd === undefined ? {} : { cwd }) });
  if (status !== 0) throw new Error(`${command} ${args.at(-1)} failed:\n${stderr ?? error?.message}`);
}
