import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { OffheapError } from '../model/errors.ts';
import type { ProcessRunner } from '../process/runner.ts';
import { fetchJar } from './maven.ts';

/** As Maven Central spells it: up to 2.3 a version ends in `.RELEASE`. */
export function springBootVersion(text: string): string {
  const [major = 0, minor = 0] = text.split('.').map(Number);
  return /^\d+\.\d+\.\d+$/.test(text) && (major < 2 || (major === 2 && minor < 4)) ? `${text}.RELEASE` : text;
}

/**
 * The jar with the loader's classes of a Spring Boot version, fetched from Maven Central on first use.
 *
 * @throws OffheapError MISSING_TOOL with what is to be put where
 */
export async function resolveSpringBootLoader(version: string, cacheFolder: string, runner: ProcessRunner): Promise<string> {
  const folder = join(cacheFolder, 'spring-boot-loader');
  const name = `spring-boot-loader-${version}.jar`;
  const jar = join(folder, name);
  if (existsSync(jar)) return jar;
  const artifact = `org.springframework.boot:spring-boot-loader:${version}`;
  const fetched = await fetchJar(artifact, jar, runner);
  if (fetched.ok) return jar;
  throw new OffheapError(
    'MISSING_TOOL',
    `Expected the loader of Spring Boot ${version} in ${folder}, found none, and it could not be fetched: ${fetched.reason}. Check the version, ` +
      `name a repository by OFFHEAP_MAVEN_REPOSITORY=URL, or put ${name} (${artifact}) there.`,
  );
}
