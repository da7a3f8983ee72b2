import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchJar } from '../../src/jvm/maven.ts';
import { execaRunner } from '../../src/process/execa-runner.ts';

const folder = fileURLToPath(new URL('../../build/jars/spring-boot', import.meta.url));

const versions = { boot: '3.3.5', spring: '6.1.14', tomcat: '10.1.31', jackson: '2.17.2' };

/** What spring-boot-starter-web needs to answer a request with JSON; the compiler and the JVM get all of it. */
const artifacts: readonly string[] = [
  ...['spring-boot', 'spring-boot-autoconfigure'].map((name) => `org.springframework.boot:${name}:${versions.boot}`),
  ...['core', 'jcl', 'beans', 'context', 'aop', 'expression', 'web', 'webmvc'].map(
    (name) => `org.springframework:spring-${name}:${versions.spring}`,
  ),
  ...['core', 'el'].map((name) => `org.apache.tomcat.embed:tomcat-embed-${name}:${versions.tomcat}`),
  ...['databind', 'core', 'annotations'].map((name) => `com.fasterxml.jackson.core:jackson-${name}:${versions.jackson}`),
  'io.micrometer:micrometer-observation:1.13.6',
  'io.micrometer:micrometer-commons:1.13.6',
  'jakarta.annotation:jakarta.annotation-api:2.1.1',
];

export const springJars: readonly string[] = artifacts.map((artifact) => {
  const [, name, version] = artifact.split(':');
  return join(folder, `${name}-${version}.jar`);
});

/** Fetches what is missing; whoever needs one that cannot be had is not run. */
export async function fetchSpring(): Promise<void> {
  for (const [index, artifact] of artifacts.entries()) {
    const jar = springJars[index] ?? '';
    if (existsSync(jar)) continue;
    const fetched = await fetchJar(artifact, jar, execaRunner);
    if (!fetched.ok) process.stderr.write(`owners: ${basename(jar)} could not be fetched: ${fetched.reason}\n`);
  }
}
