// Packages of another release or machine, fetched by debootstrap, which checks their signatures, and unpacked. No root is needed, for nothing of them is installed.
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bootstrapArguments, scriptOf, whyNoDebootstrap } from './debootstrap.mjs';
import { which } from './run.mjs';

const execute = promisify(execFile);
const script = fileURLToPath(new URL('included.sh', import.meta.url));

/** Why none can be fetched, in one sentence; undefined when they can. */
export function whyNoPackages() {
  if (which('dpkg-deb') === undefined) return 'expected dpkg-deb on PATH, found none';
  return whyNoDebootstrap();
}

/**
 * Those packages alone, or with what they need where it `resolves`. `arch` as Debian names it, by default this machine's. Returns the paths of their files.
 *
 * @throws Error with debootstrap's last word
 */
export async function downloadPackages({ release, packages, folder, arch, resolves = false }) {
  const options = ['--download-only', `--include=${packages.join(',')}`];
  if (!resolves) options.push('--no-resolve-deps');
  if (arch !== undefined) options.push(`--arch=${arch}`);
  const env = { ...process.env, OFFHEAP_SCRIPT: scriptOf(release) };
  try {
    await execute('debootstrap', bootstrapArguments(release, folder, options, script), { env, maxBuffer: 64 << 20 });
  } catch ({ stdout, stderr }) {
    const said = `${stdout}${stderr}`.trim().split('\n').at(-1);
    throw new Error(`debootstrap could not fetch the packages of ${release}: ${said}`);
  }
  const archives = join(folder, 'var', 'cache', 'apt', 'archives');
  return readdirSync(archives)
    .filter((name) => name.endsWith('.deb'))
    .map((name) => join(archives, name));
}

export async function unpackPackage(file, folder) {
  await execute('dpkg-deb', ['--extract', file, folder]);
}
