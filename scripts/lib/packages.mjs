// What the machine must have, how to see that it is there, and which package brings it.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasApt, install, installCommand, packageName, updateLists } from './apt.mjs';
import { architectures, others } from './cross.mjs';
import { findJdk, oldestJdk } from './jdk.mjs';
import { fail, say, which } from './run.mjs';

const multiarch = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }[process.arch];
const libraryFolders = [`/usr/lib/${multiarch}`, `/lib/${multiarch}`, '/usr/lib64', '/usr/lib', '/usr/local/lib'];

const tool = (name, apt = name) => ({ name, apt: [apt], required: true, present: () => which(name) !== undefined });
const optional = (requirement) => ({ ...requirement, required: false });

const jdk = {
  name: `javac of JDK ${oldestJdk} or later`,
  apt: ['default-jdk-headless', 'openjdk-17-jdk-headless', 'openjdk-21-jdk-headless', 'openjdk-25-jdk-headless'],
  since: oldestJdk,
  required: true,
  present: () => findJdk().home !== undefined,
  /** What no package cures: this variable goes before all that is installed. */
  obstacle: () =>
    process.env['JAVA_HOME'] && `found ${findJdk().found}. Unset JAVA_HOME, or have it lead to JDK ${oldestJdk} or later`,
};
const forRunning = [tool('g++'), tool('make'), tool('python3'), jdk];
const library = (name, file, apt) => ({ name, apt, required: false, present: () => isInstalled(file) });
const profilers = [
  optional(tool('heaptrack')),
  library('gperftools with its heap profiler', 'libtcmalloc.so.4', ['libgoogle-perftools4t64', 'libgoogle-perftools4']),
];
/** ensurepip, which Debian has in a package of its own. */
const hasVenv = () => spawnSync('python3', ['-c', 'import ensurepip, venv'], { stdio: 'ignore' }).status === 0;
/** libFuzzer, which Debian has in a package beside the compiler's. */
const hasFuzzer = () => {
  const { status, stdout } = spawnSync('clang', ['-print-file-name=libclang_rt.fuzzer-x86_64.a'], { encoding: 'utf8' });
  return status === 0 && stdout.includes('/');
};
/** Fetches the glibcs of other releases. */
const debootstrap = optional(tool('debootstrap'));
const maven = tool('mvn', 'maven');
const strace = tool('strace');
/** Fetches what is in Python's packages: tools of the tests, and the compiler of what a package carries. */
const venv = { name: 'python3 with venv', apt: ['python3-venv'], required: true, present: hasVenv };
const forTesting = [
  venv,
  tool('cmake'),
  optional(tool('ninja', 'ninja-build')),
  tool('git'),
  maven,
  optional(tool('gradle')),
  tool('nm', 'binutils'),
  strace,
  debootstrap,
  optional(tool('prometheus')),
  // gcore.
  optional(tool('gdb')),
  // What cores are compressed by.
  ...[tool('zstd'), tool('lz4'), tool('xz', 'xz-utils')].map(optional),
  optional(tool('zsh')),
  optional(tool('fish')),
  optional(tool('clang')),
  { name: 'libFuzzer', apt: ['libclang-rt-dev', 'libclang-rt-14-dev'], required: false, present: hasFuzzer },
  optional(tool('redis-server')),
  library('the malloc of oneTBB', 'libtbbmalloc_proxy.so.2', ['libtbbmalloc2']),
  optional(tool('sqlite3')),
  optional(tool('musl-gcc', 'musl-tools')),
];

/** Programs for machines of another kind, which tests run emulated. */
const crossCompilers = others.map((arch) => tool(`${architectures[arch].tools}g++`, architectures[arch].apt));
const emulators = others.map((arch) => optional(tool(architectures[arch].emulator, 'qemu-user')));
const purposes = {
  run: [],
  test: [...forTesting, ...crossCompilers, ...emulators],
  package: [venv],
  standalone: [venv, tool('debootstrap')],
  bench: [...profilers, debootstrap],
  article: [maven, strace],
  'fat-jar': [maven],
};
export const purposeNames = Object.keys(purposes);

/**
 * Installs what is missing by apt when that is possible; otherwise says the one command that does. Ends the script when a required tool stays missing; what is
 * optional is named and done without.
 */
export function ensurePackages({ root, purpose }) {
  const requirements = [...forRunning, ...purposes[purpose], ...allocatorLibraries(root)];
  let missing = requirements.filter((requirement) => !requirement.present());
  if (missing.length === 0) return;
  refuseWhatNoPackageCures(missing);
  const installs = mayInstall() && isWorthInstalling(missing);
  if (installs) {
    installByApt(missing);
    missing = missing.filter((requirement) => !requirement.present());
  }
  report(missing, installs);
}

function allocatorLibraries(root) {
  const registry = JSON.parse(readFileSync(join(root, 'data', 'allocators.json'), 'utf8'));
  return Object.entries(registry)
    .filter(([, allocator]) => allocator.packages && allocator.group === undefined)
    .map(([key, allocator]) => ({
      name: key,
      apt: allocator.packages.apt,
      required: false,
      present: () => allocator.libraries.some(isInstalled),
    }));
}

function isInstalled(file) {
  return libraryFolders.some((folder) => existsSync(join(folder, file)));
}

function refuseWhatNoPackageCures(missing) {
  for (const { name, obstacle } of missing) {
    const found = obstacle?.();
    if (found) fail(`expected ${name}, ${found}, and run the same command again.`);
  }
}

export function mayInstall() {
  return process.getuid() === 0 && hasApt() && process.env['OFFHEAP_SETUP_NO_APT'] === undefined;
}

/** Optional things that this release has no package of are not looked for again at each run. */
function isWorthInstalling(missing) {
  return missing.some(({ required }) => required) || packageNames(missing).length > 0;
}

/** What is required in one go, since it is all or nothing; what is optional one by one where it does not go in one, so that none keeps the others away. */
function installByApt(missing) {
  updateLists();
  const required = packageNames(missing.filter((requirement) => requirement.required));
  const others = packageNames(missing.filter((requirement) => !requirement.required));
  say(`installing by apt: ${[...required, ...others].join(' ')} …`);
  install(required);
  if (!install(others) && others.length > 1) for (const name of others) install([name]);
}

function packageNames(requirements) {
  return requirements.map(packageName).filter((name) => name !== undefined);
}

function report(missing, wasTried) {
  const required = missing.filter((requirement) => requirement.required);
  const others = missing.filter((requirement) => !requirement.required);
  const list = (requirements) => requirements.map(({ name }) => name).join(', ');
  const names = packageNames(missing);
  const command = names.length > 0 ? installCommand(names) : undefined;
  if (required.length > 0) {
    const cure = wasTried ? 'What apt said is above: mend that and run the same command again, or run' : 'On Debian or Ubuntu, run';
    fail(`missing: ${list(required)}.${command ? ` ${cure}: ${command}` : ''}`);
  }
  if (others.length > 0) {
    const cure = command ? `To have what is in a package here, run: ${command}` : 'This release has no package of it.';
    say(`not installed, and done without: ${list(others)}. ${cure}`);
  }
}
