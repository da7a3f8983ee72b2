import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchJar } from '../../src/jvm/maven.ts';
import { execaRunner } from '../../src/process/execa-runner.ts';
import { findJavaHomes } from '../integration/java-homes.ts';
import { built, builtIn, compile, compileJava, compileWhenNewer, sourcesIn } from './compile.ts';

/** Pinned: what is known of their memory is of these versions. */
const jars: Readonly<Record<string, string>> = {
  rocksdb: 'org.rocksdb:rocksdbjni:9.7.3',
  'netty-buffer': 'io.netty:netty-buffer:4.1.115.Final',
  'netty-common': 'io.netty:netty-common:4.1.115.Final',
  lucene: 'org.apache.lucene:lucene-core:9.12.0',
  zstd: 'com.github.luben:zstd-jni:1.5.6-8',
  jna: 'net.java.dev.jna:jna:5.15.0',
  h2: 'com.h2database:h2:2.3.232',
  // The last that has its native libraries in the one jar.
  tcnative: 'io.netty:netty-tcnative-boringssl-static:2.0.39.Final',
};
const jarFolder = fileURLToPath(new URL('../../build/jars', import.meta.url));

export function jarPath(name: string): string {
  const [, artifact, version] = (jars[name] ?? '').split(':');
  return join(jarFolder, `${artifact}-${version}.jar`);
}

/** Fetches what is missing of them; whoever needs one that cannot be had is not run. */
export async function fetchLibraries(): Promise<void> {
  for (const [name, artifact] of Object.entries(jars)) {
    if (existsSync(jarPath(name))) continue;
    const fetched = await fetchJar(artifact, jarPath(name), execaRunner);
    if (!fetched.ok) process.stderr.write(`corpus: ${artifact} could not be fetched: ${fetched.reason}\n`);
  }
}

/** Compiles the programs that need a library, a newer JDK or another compiler, as far as these are here. */
export function compileMore(newJdk: string | undefined): void {
  const present = Object.keys(jars).map(jarPath).filter(existsSync);
  if (present.length === Object.keys(jars).length) {
    compileWhenNewer(builtIn('java-libraries'), ['java-libraries'], (folder) =>
      compileJava('javac', folder, { release: 17, from: 'java-libraries', classPath: [built, ...present] }),
    );
  }
  if (newJdk !== undefined) {
    compileWhenNewer(builtIn('java-22'), ['java-22'], (folder) =>
      compileJava(join(newJdk, 'bin', 'javac'), folder, { release: 22, from: 'java-22', classPath: [built] }),
    );
  }
  compileNative();
  compileJni();
}

/** What a library of Java's native interface is compiled with. */
function compileJni(): void {
  const headers = [...new Set(findJavaHomes().map(({ java }) => join(dirname(dirname(java)), 'include')))].find((folder) =>
    existsSync(join(folder, 'jni.h')),
  );
  if (headers === undefined) return;
  compileWhenNewer(builtIn('jni'), ['jni'], (folder) => {
    const source = join(sourcesIn('jni'), 'jni_cache.c');
    const include = [`-I${headers}`, `-I${join(headers, 'linux')}`];
    compile('cc', [
      '-std=gnu11',
      '-O1',
      '-Wall',
      '-Wextra',
      '-Werror',
      '-shared',
      '-fPIC',
      ...include,
      source,
      '-o',
      join(folder, 'jni_cache.so'),
    ]);
  });
}

/** Each source is a program of its own. */
const compilers: readonly { folder: string; suffix: string; command: string; args(source: string, program: string): string[] }[] = [
  {
    folder: 'cpp',
    suffix: '.cpp',
    command: 'c++',
    args: (source, program) => ['-std=c++17', '-O1', '-pthread', source, '-o', program],
  },
  { folder: 'go', suffix: '.go', command: 'go', args: (source, program) => ['build', '-o', program, source] },
  { folder: 'rust', suffix: '.rs', command: 'rustc', args: (source, program) => ['-O', '-o', program, source] },
];

function compileNative(): void {
  for (const { folder: from, suffix, command, args } of compilers) {
    if (spawnSync('which', [command]).status !== 0) continue;
    compileWhenNewer(builtIn(from), [from], (folder) => {
      for (const file of readdirSync(sourcesIn(from)).filter((name) => name.endsWith(suffix))) {
        compile(command, args(join(sourcesIn(from), file), join(folder, file.slice(0, -suffix.length))));
      }
    });
  }
}
