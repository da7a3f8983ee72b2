import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchJar } from '../../src/jvm/maven.ts';
import { execaRunner } from '../../src/process/execa-runner.ts';
import { built, builtIn, compileJava, compileWhenNewer } from './compile.ts';
import { compileJni, compileNative } from './compile-native.ts';

/** Pinned: what is known of their memory is of these versions. */
const jars: Readonly<Record<string, string>> = {
  rocksdb: 'org.rocksdb:rocksdbjni:9.7.3',
  'netty-buffer': 'io.netty:netty-buffer:4.1.115.Final',
  'netty-common': 'io.netty:netty-common:4.1.115.Final',
  'netty-buffer-4.2': 'io.netty:netty-buffer:4.2.2.Final',
  'netty-common-4.2': 'io.netty:netty-common:4.2.2.Final',
  'grpc-netty': 'io.grpc:grpc-netty-shaded:1.68.1',
  lucene: 'org.apache.lucene:lucene-core:9.12.0',
  zstd: 'com.github.luben:zstd-jni:1.5.6-8',
  jna: 'net.java.dev.jna:jna:5.15.0',
  h2: 'com.h2database:h2:2.3.232',
  // The last that needs no library for its log.
  sqlite: 'org.xerial:sqlite-jdbc:3.40.1.0',
  groovy: 'org.apache.groovy:groovy:4.0.24',
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
