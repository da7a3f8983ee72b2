// Makes the libc of another release, glibc or musl: some packages of it, unpacked. No root is needed, for nothing of them is installed.
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { moveInto } from '../lib/cache.mjs';
import { downloadPackages, unpackPackage, whyNoPackages } from '../lib/debian-packages.mjs';
import { say } from '../lib/run.mjs';
import { glibcs, muslcs } from './list.mjs';
import { buildOf, cache, muslCache, muslVersionOf } from './open.mjs';

/** libgcc's package was renamed in 2020. */
const oldLibgcc = new Set(['xenial', 'bionic']);

/** What is made of a version: its packages, the folder that it lies in, and its version as it tells it itself. */
const glibc = {
  name: 'glibc',
  list: glibcs,
  cache,
  packagesOf: (release) => ['libc6', 'libc6-dev', 'linux-libc-dev', oldLibgcc.has(release) ? 'libgcc1' : 'libgcc-s1'],
  tells: buildOf,
};
const musl = { name: 'musl', list: muslcs, cache: muslCache, packagesOf: () => ['musl'], tells: muslVersionOf };

export const makeGlibcs = (versions) => makeMissing(glibc, versions);
export const makeMuslcs = (versions) => makeMissing(musl, versions);

/** Puts those that are missing into the cache, all at once: most of the time is the network's. Says why one cannot be had, and goes on. */
async function makeMissing(libc, versions = libc.list.map(({ version }) => version)) {
  const missing = versions.filter((version) => !existsSync(join(libc.cache, version)));
  if (missing.length === 0) return;
  const obstacle = findObstacle();
  if (obstacle !== undefined) return say(`no ${libc.name} of another release: ${obstacle}`);
  say(`fetching ${libc.name} ${missing.join(', ')} …`);
  const made = await Promise.allSettled(missing.map((version) => make(libc, version)));
  for (const { reason } of made) if (reason) say(reason.message);
}

function findObstacle() {
  if (process.arch !== 'x64') return `expected an x86-64 machine, found ${process.arch}`;
  return whyNoPackages();
}

async function make(libc, version) {
  const place = join(libc.cache, version);
  const { release } = libc.list.find((one) => one.version === version);
  mkdirSync(libc.cache, { recursive: true });
  const scratch = mkdtempSync(join(libc.cache, `.${version}-`));
  try {
    const folder = join(scratch, 'unpacked');
    const packages = libc.packagesOf(release);
    await unpack(await downloadPackages({ release, packages, folder: join(scratch, 'packages') }), folder);
    const build = libc.tells(folder);
    if (!build.includes(version)) throw new Error(`expected ${libc.name} ${version} in ${release}, found ${build}.`);
    moveInto(place, folder);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function unpack(packages, folder) {
  mkdirSync(folder);
  for (const file of packages) await unpackPackage(file, folder);
  for (const name of ['etc', 'sbin', 'usr/bin', 'usr/sbin', 'usr/share'])
    rmSync(join(folder, name), { recursive: true, force: true });
  // Newer releases have everything below usr; links to it are another package's.
  for (const name of ['lib', 'lib64']) if (!existsSync(join(folder, name))) symlinkSync(`usr/${name}`, join(folder, name));
  keepLinksInside(folder);
}

/** Links to absolute paths would lead into this machine's own root. */
function keepLinksInside(folder) {
  for (const name of readdirSync(folder, { recursive: true })) {
    const link = join(folder, name);
    if (!lstatSync(link).isSymbolicLink()) continue;
    const target = readlinkSync(link);
    if (!target.startsWith('/')) continue;
    rmSync(link);
    symlinkSync(relative(dirname(link), join(folder, target)), link);
  }
}
