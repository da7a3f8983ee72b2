import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { OffheapError } from '../model/errors.ts';
import type { ProcessRunner } from '../process/runner.ts';
import { fetchArtifact } from './maven.ts';

/** As Maven Central spells it: up to 2.3 a version ends in `.RELEASE`. */
export function springBootVersion(text: string): string {
  const [major = 0, minor = 0] = text.split('.').map(Number);
  return /^\d+\.\d+\.\d+$/.test(text) && (major < 2 || (major === 2 && minor < 4)) ? `${text}.RELEASE` : text;
}

/**
 * The jar with the loader's classes of a Spring Boot version, fetched from Maven Central on first use by the machine's own Maven, with whatever mirror its
 * user has set.
 *
 * @throws OffheapError MISSING_TOOL with the command that gets it
 */
export async function resolveSpringBootLoader(version: string, cacheFolder: string, runner: ProcessRunner): Promise<string> {
  const folder = join(cacheFolder, 'spring-boot-loader');
  const name = `spring-boot-loader-${version}.jar`;
  const jar = join(folder, name);
  if (existsSync(jar)) return jar;
  const partial = resolve(folder, `${version}.${process.pid}`);
  try {
    await fetchArtifact('copy', `org.springframework.boot:spring-boot-loader:${version}`, partial, runner);
    if (existsSync(join(partial, name))) await rename(join(partial, name), jar);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  if (existsSync(jar)) return jar;
  throw new OffheapError(
    'MISSING_TOOL',
    `Expected the loader of Spring Boot ${version} in ${folder}, found none, and Maven could not fetch it. Check the version, install Maven (apt-get install maven), or put there ` +
      `${name} (org.springframework.boot:spring-boot-loader:${version}).`,
  );
}
