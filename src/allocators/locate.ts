import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { nativeCure } from '../native/native-folder.ts';
import { preloadLibraryPath } from '../native/preload-paths.ts';
import { parseGlibcBanner } from '../parse/glibc-banner.ts';
import { isStandalone } from '../process/paths.ts';
import type { ProcessRunner } from '../process/runner.ts';
import type { Configuration } from './configurations.ts';
import { installs } from './installs.ts';
import { type AllocatorKey, runnable } from './registry.ts';

export type Location =
  | {
      found: true;
      /** Absolute path for LD_PRELOAD; undefined for glibc, which needs none. */
      preload: string | undefined;
      library: string;
      version: string | undefined;
    }
  | { found: false; reason: string };

const multiarch: Record<string, string> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };

/** Finds the library that a configuration runs on, the user's own, or that of its allocator, and its version. */
export async function locateConfiguration(configuration: Configuration, runner: ProcessRunner): Promise<Location> {
  const { allocator, library } = configuration;
  if (allocator !== 'own' && library === undefined) return locateAllocator(allocator, runner);
  return withVersion(await findConfiguration(configuration, runner), runner);
}

/** The same for who does not tell the version. */
export async function findConfiguration({ allocator, library }: Configuration, runner: ProcessRunner): Promise<Location> {
  if (allocator !== 'own' && library === undefined) return findAllocator(allocator, runner);
  if (library === undefined || !existsSync(library))
    return { found: false, reason: `${library ?? 'Its library'} does not exist any more. Name the file of an allocator.` };
  return { found: true, preload: library, library, version: undefined };
}

/** Finds the library of an allocator on this machine and its version, or says how to get it. */
export async function locateAllocator(key: AllocatorKey, runner: ProcessRunner): Promise<Location> {
  const location = await findAllocator(key, runner);
  return runnable[key].origin === 'package' ? withVersion(location, runner) : location;
}

/** The same for who does not tell the version: to find the owner of a file takes a package manager a twentieth of a second. */
export async function findAllocator(key: AllocatorKey, runner: ProcessRunner): Promise<Location> {
  const { origin } = runnable[key];
  if (origin === 'libc') return locateGlibc();
  const path = origin === 'offheap' ? existing(preloadLibraryPath('mmapalloc')) : findLibrary(key);
  if (path === undefined) return { found: false, reason: await howToInstall(key, runner) };
  return { found: true, preload: path, library: path, version: undefined };
}

async function withVersion(location: Location, runner: ProcessRunner): Promise<Location> {
  return location.found ? { ...location, version: await packageVersion(location.library, runner) } : location;
}

/** Each configuration with the library that it would run on. A library is looked for once, however many configurations have it: package managers take a second to answer. */
export async function locateConfigurations(
  configurations: readonly Configuration[],
  runner: ProcessRunner,
): Promise<{ configuration: Configuration; location: Location }[]> {
  const found = new Map<string, Promise<Location>>();
  const locate = (configuration: Configuration) => {
    const whose = configuration.library ?? configuration.allocator;
    const known = found.get(whose) ?? locateConfiguration(configuration, runner);
    found.set(whose, known);
    return known;
  };
  return Promise.all(configurations.map(async (configuration) => ({ configuration, location: await locate(configuration) })));
}

/** Where the dynamic linker of a usual distribution looks, the user's own folders first. */
export function libraryFolders(): string[] {
  const triplet = multiarch[process.arch];
  const own = (process.env['LD_LIBRARY_PATH'] ?? '').split(':').filter((folder) => folder.startsWith('/'));
  const system = [
    '/usr/local/lib',
    ...(triplet ? [`/usr/lib/${triplet}`, `/lib/${triplet}`] : []),
    '/usr/lib64',
    '/usr/lib',
    '/lib64',
  ];
  return [...own, ...system];
}

/** Where clang has the libraries of its runtime (compiler-rt), the newest first: Debian's /usr/lib/llvm-14/lib/clang/14.0.6/lib/linux, Fedora's /usr/lib/clang/18/lib/… */
function runtimeFolders(): string[] {
  const llvms = subfolders('/usr/lib', /^llvm-\d+$/).map((folder) => join(folder, 'lib', 'clang'));
  return [...llvms, '/usr/lib/clang', '/usr/lib64/clang'].flatMap((clang) =>
    subfolders(clang, /^\d+(?:\.\d+)*$/).flatMap((version) =>
      [
        ['lib', 'linux'],
        ['lib', `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-redhat-linux-gnu`],
      ].map((names) => join(version, ...names)),
    ),
  );
}

/** Those with the highest number first. */
function subfolders(folder: string, name: RegExp): string[] {
  try {
    const found = readdirSync(folder).filter((entry) => name.test(entry));
    return found.sort((a, b) => b.localeCompare(a, undefined, { numeric: true })).map((entry) => join(folder, entry));
  } catch {
    return [];
  }
}

/** glibc's version of this host, or undefined on another libc such as musl. */
export function glibcVersion(): string | undefined {
  if (isStandalone) return glibcVersionOf(findLibrary('glibc'));
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime;
}

/** As the file itself has it: the single executable runs on a libc of its own. */
function glibcVersionOf(path: string | undefined): string | undefined {
  return path === undefined ? undefined : parseGlibcBanner(readFileSync(path, 'latin1'));
}

function locateGlibc(): Location {
  const version = glibcVersion();
  const path = findLibrary('glibc');
  if (version === undefined || path === undefined) {
    return { found: false, reason: "This host's libc is not glibc (musl?). Run offheap on a glibc distribution such as Debian." };
  }
  return { found: true, preload: undefined, library: path, version };
}

/** The file of an allocator that is not ours: the first of its names that a folder has, or the one that the user's variable names. */
export function findLibrary(key: AllocatorKey): string | undefined {
  const override = process.env[overrideVariable(key)];
  if (override !== undefined) return existing(override);
  const { libraries: names, folders: place } = installs[key];
  const folders = place === 'clang' ? runtimeFolders() : libraryFolders();
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

function existing(path: string): string | undefined {
  return existsSync(path) ? path : undefined;
}

async function howToInstall(key: AllocatorKey, runner: ProcessRunner): Promise<string> {
  const { libraries, packages } = installs[key];
  const looked = `${libraries.join(' or ')} is not installed.`;
  if (!packages) return `${looked} ${nativeCure}`;
  return `${looked} Run: apt-get install ${await aptName(packages.apt ?? [], runner)} (or name the file in ${overrideVariable(key)}).`;
}

/** Releases name a package differently: the first name that this one knows, or the first of all where there is no apt. Asked once, for it takes a third of a second. */
async function aptName(names: readonly string[], runner: ProcessRunner): Promise<string | undefined> {
  if (names.length < 2) return names[0];
  const said = (await runner.capture('apt-cache', ['show', '--no-all-versions', ...names]))?.stdout ?? '';
  const known = [...said.matchAll(/^Package: (\S+)$/gm)].map(([, name]) => name);
  return names.find((name) => known.includes(name)) ?? names[0];
}

function overrideVariable(key: AllocatorKey): string {
  return `OFFHEAP_${key.toUpperCase()}_LIBRARY`;
}

/** The version by the package that owns the file (dpkg, rpm), else by the file's own name behind its links, else undefined. */
export async function packageVersion(path: string, runner: ProcessRunner): Promise<string | undefined> {
  const file = realpathSync(path);
  const query = async (command: string, ...args: string[]) => (await runner.capture(command, args))?.stdout.trim();
  const owner = (await query('dpkg-query', '--search', file))?.split(/[:,]/)[0];
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholder
  if (owner) return query('dpkg-query', '--show', '--showformat=${Version}', owner);
  return (
    (await query('rpm', '-q', '--queryformat=%{VERSION}-%{RELEASE}', '--file', file)) ??
    /\.so\.(\d[\d.]*)$/.exec(basename(file))?.[1]
  );
}
