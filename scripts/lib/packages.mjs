// What the machine must have, how to see that it is there, and which package brings it.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, run, say, which } from './run.mjs';

const multiarch = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }[process.arch];
const libraryFolders = [`/usr/lib/${multiarch}`, `/lib/${multiarch}`, '/usr/lib64', '/usr/lib', '/usr/local/lib'];

const hasJavac = () =>
  process.env['JAVA_HOME'] ? existsSync(join(process.env['JAVA_HOME'], 'bin', 'javac')) : which('javac') !== undefined;
const tool = (name, apt = name) => ({ name, apt: [apt], required: true, present: () => which(name) !== undefined });

const forRunning = [
  tool('g++'),
  tool('make'),
  tool('python3'),
  { name: 'javac (a JDK, 17 or later)', apt: ['default-jdk-headless'], required: true, present: hasJavac },
];
const library = (name, file, apt) => ({ name, apt, required: false, present: () => isInstalled(file) });
const profilers = [
  { ...tool('heaptrack'), required: false },
  library('gperftools with its heap profiler', 'libtcmalloc.so.4', ['libgoogle-perftools4t64', 'libgoogle-perftools4']),
];
/** ensurepip, which Debian has in a package of its own. */
const hasVenv = () => spawnSync('python3', ['-c', 'import ensurepip, venv'], { stdio: 'ignore' }).status === 0;
/** libFuzzer, which Debian has in a package beside the compiler's. */
const hasFuzzer = () => {
  const { status, stdout } = spawnSync('clang', ['-print-file-name=libclang_rt.fuzzer-x86_64.a'], { encoding: 'utf8' });
  return status === 0 && stdout.includes('/');
};
const maven = tool('mvn', 'maven');
const forTesting = [
  { name: 'python3 with venv', apt: ['python3-venv'], required: true, present: hasVenv },
  tool('cmake'),
  tool('git'),
  maven,
  tool('nm', 'binutils'),
  tool('prometheus'),
  tool('strace'),
  tool('zsh'),
  tool('fish'),
  { ...tool('clang'), required: false },
  { name: 'libFuzzer', apt: ['libclang-rt-dev', 'libclang-rt-14-dev'], required: false, present: hasFuzzer },
  { ...tool('redis-server'), required: false },
  { ...tool('sqlite3'), required: false },
];

/** Installs what is missing by apt when that is possible; otherwise says the one command that does. Ends the script when a required tool stays missing. */
export function ensurePackages({ root, purpose }) {
  const more = { run: [], test: forTesting, bench: profilers, article: [maven, tool('strace')] }[purpose];
  const requirements = [...forRunning, ...more, ...allocatorLibraries(root)];
  let missing = requirements.filter((requirement) => !requirement.present());
  if (missing.length === 0) return;
  if (canInstall()) {
    installByApt(missing);
    missing = missing.filter((requirement) => !requirement.present());
  }
  report(missing);
}

function allocatorLibraries(root) {
  const registry = JSON.parse(readFileSync(join(root, 'data', 'allocators.json'), 'utf8'));
  return Object.entries(registry)
    .filter(([, allocator]) => allocator.packages)
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

function canInstall() {
  return process.getuid() === 0 && which('apt-get') !== undefined && process.env['OFFHEAP_SETUP_NO_APT'] === undefined;
}

function installByApt(missing) {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  say(`installing by apt: ${missing.map((requirement) => requirement.name).join(', ')} …`);
  run('apt-get', ['-qq', 'update'], { env: environment });
  const names = missing.map(({ apt }) => apt.find(isKnownToApt)).filter((name) => name !== undefined);
  if (names.length > 0) run('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', ...names], { env: environment });
}

function isKnownToApt(name) {
  const { stdout } = spawnSync('apt-cache', ['policy', name], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  return /Candidate: (?!\(none\))/.test(stdout ?? '');
}

function report(missing) {
  const required = missing.filter((requirement) => requirement.required);
  const optional = missing.filter((requirement) => !requirement.required);
  const command = `sudo apt-get install -y --no-install-recommends ${missing.map(({ apt }) => apt.find(isKnownToApt) ?? apt[0]).join(' ')}`;
  const names = (list) => list.map((requirement) => requirement.name).join(', ');
  if (required.length > 0) fail(`missing: ${names(required)}. On Debian or Ubuntu, run: ${command}`);
  if (optional.length > 0) say(`these are not installed and will be skipped: ${names(optional)}. To have them, run: ${command}`);
}
