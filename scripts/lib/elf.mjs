// What a compiled file asks of the machine that loads it.
import { spawnSync } from 'node:child_process';
import { fail } from './run.mjs';

/** The newest versions of what every supported system has: RHEL 9 and Ubuntu 22.04 have these or later ones. README names glibc's. */
export const newest = { GLIBC: '2.34', GLIBCXX: '3.4.29', CXXABI: '1.3.13', GCC: '12.0.0' };

/** `machine` as readelf calls it, and the versions of symbols that the file needs of its libraries, such as GLIBC_2.34. */
export function readNeeds(file) {
  const { status, stdout, stderr, error } = spawnSync('readelf', ['--file-header', '--version-info', '--wide', file], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (status !== 0) fail(`${file} could not be read by readelf: ${(error?.message ?? stderr).trim()}`);
  return parseNeeds(stdout);
}

export function parseNeeds(text) {
  const needed = text.slice(text.indexOf("Version needs section '"));
  const versions = [...needed.matchAll(/ Name: (\S+) +Flags/g)].map(([, version]) => version);
  return { machine: /^ *Machine: +(.+)$/m.exec(text)?.[1]?.trim(), versions: [...new Set(versions)].sort() };
}

/** Those that a supported system may not have. */
export function tooNew(versions) {
  return versions.filter((version) => {
    const [, name = '', number = ''] = /^(\w+)_([\d.]+)$/.exec(version) ?? [];
    return !(name in newest) || compare(number, newest[name]) > 0;
  });
}

function compare(a, b) {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
