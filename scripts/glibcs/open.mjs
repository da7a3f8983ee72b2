// A libc of another release, from the cache, and programs that are linked with it.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../lib/cache.mjs';

export const cache = cacheFolder('glibc');
export const muslCache = cacheFolder('musl');
const libraries = 'lib/x86_64-linux-gnu';
/** The first glibc that has the function in which the compiler's own unwinder looks up frames. */
const hasFindObject = '2.35';

export function openGlibc(version) {
  const folder = join(cache, version);
  if (process.arch !== 'x64') return { reason: `glibc ${version} is made for x86-64 alone` };
  if (!existsSync(folder)) return { reason: `glibc ${version} is not in the cache; run: npm run glibcs` };
  return {
    version,
    build: buildOf(folder),
    folder,
    compile: (source, output, flags = []) => compile({ version, folder }, source, output, flags),
  };
}

/** The dynamic linker of a musl, which is its libc, and runs the program that is its argument. */
const muslLoader = (folder) => join(folder, 'lib/x86_64-linux-musl/libc.so');

export function openMusl(version) {
  const folder = join(muslCache, version);
  if (process.arch !== 'x64') return { reason: `musl ${version} is made for x86-64 alone` };
  if (!existsSync(folder)) return { reason: `musl ${version} is not in the cache; run: npm run glibcs` };
  return { version, build: muslVersionOf(folder), folder, loader: muslLoader(folder) };
}

/** What a musl tells of itself when it is run without a program. */
export function muslVersionOf(folder) {
  const { stderr } = spawnSync(muslLoader(folder), { encoding: 'utf8' });
  return /^Version (\S+)/m.exec(stderr ?? '')?.[1] ?? 'unknown';
}

/** How the libc in a folder calls itself: its package's version, and the release of glibc after it. */
export function buildOf(folder) {
  const text = readFileSync(realpathSync(join(folder, libraries, 'libc.so.6')), 'latin1');
  return /GNU C Library \((.*?)\) (?:stable|development) release version [\d.]+/.exec(text)?.[1] ?? 'unknown';
}

function compile({ version, folder }, source, output, flags) {
  const own = join(folder, libraries);
  const isStatic = flags.includes('-static');
  const place = [`--sysroot=${folder}`, `-B${join(folder, 'usr', libraries)}`];
  // By DT_RPATH, which serves dlopen too: pthread_exit loads libgcc_s.
  const loaded = [
    `-Wl,--dynamic-linker=${own}/ld-linux-x86-64.so.2`,
    `-Wl,--disable-new-dtags,-rpath,${own}:${folder}/usr/${libraries}`,
  ];
  const stub = isStatic && isOlder(version, hasFindObject) ? [fileURLToPath(new URL('find_object.c', import.meta.url))] : [];
  execFileSync('gcc', [...place, ...flags, source, ...stub, ...(isStatic ? [] : loaded), '-o', output], {
    encoding: 'utf8',
    // The linker's notes about sections that it does not know are many; they are in the error when it fails.
    stdio: 'pipe',
  });
}

const isOlder = (version, other) => version.localeCompare(other, 'en', { numeric: true }) < 0;
