// apt: what a package is called in this release of Debian or Ubuntu, installing it, and the command that a person runs.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { say, which } from './run.mjs';

/**
 * The first releases of Debian and Ubuntu that have a name, for where apt's lists are empty and cannot be asked. A name that is not here is in every
 * release that offheap supports. Ubuntu 24.04 and Debian 13 renamed libraries for 64-bit time_t (wiki.debian.org/ReleaseGoals/64bit-time).
 */
const firstReleases = {
  'default-jdk-headless': { debian: 12, ubuntu: 24.04 },
  'libtcmalloc-minimal4t64': { debian: 13, ubuntu: 24.04 },
  'libgoogle-perftools4t64': { debian: 13, ubuntu: 24.04 },
  libmimalloc3: { debian: 13, ubuntu: 25.04 },
};

const lists = '/var/lib/apt/lists';
const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
/** Another apt, such as the one that a new machine runs at its first start, is waited for; lists that cannot be had are an error. */
const patience = ['-qq', '-o', 'DPkg::Lock::Timeout=300', '-o', 'APT::Update::Error-Mode=any'];

export const hasApt = () => which('apt-get') !== undefined;

/**
 * The first name that this release has, or undefined. Asked of apt; where that knows no package at all, of the release's number.
 *
 * @param {{ apt: string[], since?: number }} requirement `since`: the least major version that serves, of a package that is called alike in all
 */
export function packageName({ apt, since }) {
  if (knowsPackages()) return apt.find((name) => (candidateMajor(name) ?? -1) >= (since ?? 0));
  return nameInRelease(apt, readRelease());
}

/**
 * The command that installs packages on this machine, or on a Debian or Ubuntu where this is neither. Root needs no sudo.
 */
export function installCommand(names) {
  const sudo = process.getuid() === 0 ? '' : 'sudo ';
  return `${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends ${names.join(' ')}`;
}

/** Brings the lists up to date. Returns whether apt could; where not, it has said why. */
export function updateLists() {
  return aptGet('update');
}

/** Installs all or none of them. Returns whether they are installed; where not, apt has said why. */
export function install(names) {
  return names.length === 0 || aptGet('install', '-y', '--no-install-recommends', ...names);
}

function aptGet(...args) {
  const { status, error, stdout, stderr } = spawnSync('apt-get', [...patience, ...args], {
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    env: environment,
  });
  if (status === 0) return true;
  const said = `${stdout ?? ''}${stderr ?? ''}`.split('\n').filter((line) => /^[EW]: /.test(line));
  say(`apt-get ${args[0]} failed: ${error?.message ?? (said.join('\n') || `exit status ${status}`)}`);
  return false;
}

/** A new machine or image has empty lists, and then apt knows of no package but those that are installed. */
function knowsPackages() {
  return which('apt-cache') !== undefined && existsSync(lists) && readdirSync(lists).some((name) => name.includes('_Packages'));
}

/** The first number of the version that apt would install, if any. */
function candidateMajor(name) {
  const { stdout } = spawnSync('apt-cache', ['policy', name], { encoding: 'utf8', env: environment });
  return majorOfPolicy(stdout ?? '');
}

/** Of what `apt-cache policy NAME` prints, without epoch: 17 of `2:1.17-74`, as Java's versions were counted, and of `17.0.15+6-1`. */
export function majorOfPolicy(text) {
  const version = /Candidate: (?:\d+:)?(?:1\.)?(\d+)/.exec(text);
  return version ? Number(version[1]) : undefined;
}

/** The first of these names that a release has. */
export function nameInRelease(names, { distribution, version }) {
  return names.find((name) => {
    const first = firstReleases[name];
    return first === undefined || version >= (first[distribution] ?? Number.POSITIVE_INFINITY);
  });
}

/** Of os-release(5); what has no number yet, such as Debian's testing, is newer than all. */
function readRelease() {
  const file = ['/etc/os-release', '/usr/lib/os-release'].find((path) => existsSync(path));
  const text = file === undefined ? '' : readFileSync(file, 'utf8');
  const field = (name) => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(text)?.[1];
  return { distribution: field('ID'), version: Number.parseFloat(field('VERSION_ID') ?? 'Infinity') };
}
