// What a compiled file asks of the machine that loads it.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fail } from './run.mjs';

/** The newest glibc that a package may ask for. README and docs/support.md name it. */
export const newestGlibc = '2.17';

/**
 * `machine` as readelf calls it, the `libraries` it needs, and the versions of symbols that it needs of these, such as GLIBC_2.14.
 *
 * @returns {{ machine: string | undefined, libraries: string[], versions: string[] }}
 */
export function readNeeds(file) {
  const { status, stdout, stderr, error } = spawnSync('readelf', ['--file-header', '--dynamic', '--version-info', '--wide', file], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (status !== 0) fail(`${file} could not be read by readelf: ${(error?.message ?? stderr).trim()}`);
  return parseNeeds(stdout);
}

export function parseNeeds(text) {
  const at = text.indexOf("Version needs section '");
  const needed = at < 0 ? '' : text.slice(at);
  const versions = [...needed.matchAll(/ Name: (\S+) +Flags/g)].map(([, version]) => version);
  const libraries = [...text.matchAll(/\(NEEDED\) +Shared library: \[(.+?)\]/g)].map(([, library]) => library);
  return { machine: /^ *Machine: +(.+)$/m.exec(text)?.[1]?.trim(), libraries, versions: [...new Set(versions)].sort() };
}

/** Those that a system with that glibc may not have: newer ones, and what is not of glibc. Of musl, which has no versions: all. */
export function tooNew(versions, libc = 'glibc') {
  return versions.filter((version) => {
    const [, number = ''] = /^GLIBC_([\d.]+)$/.exec(version) ?? [];
    return libc !== 'glibc' || number === '' || compare(number, newestGlibc) > 0;
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

// elf.h, of 64 bits and little-endian.
const programHeaders = { offsetAt: 0x20, bytesAt: 0x36, countAt: 0x38, fileOffsetAt: 8, fileBytesAt: 32, dynamic: 2 };
const dynamicEntry = { bytes: 16, flags1: 0x6ffffffbn, initFirst: 0x20n };

/**
 * Marks a library as `-z initfirst` does, for a linker that does not know the option: its constructors run before all others.
 *
 * @throws Error where it has no DT_FLAGS_1, which every library that was linked with `-z now` has
 */
export function setInitFirst(file) {
  const bytes = readFileSync(file);
  const at = findFlags1(bytes);
  if (at === undefined) throw new Error(`Expected ${file} to have DT_FLAGS_1, found none. Link it with -z now.`);
  bytes.writeBigUInt64LE(bytes.readBigUInt64LE(at) | dynamicEntry.initFirst, at);
  writeFileSync(file, bytes);
}

/** Where the value of DT_FLAGS_1 lies. */
function findFlags1(bytes) {
  const { offsetAt, bytesAt, countAt, fileOffsetAt, fileBytesAt, dynamic } = programHeaders;
  const first = Number(bytes.readBigUInt64LE(offsetAt));
  for (let index = 0; index < bytes.readUInt16LE(countAt); index++) {
    const header = first + index * bytes.readUInt16LE(bytesAt);
    if (bytes.readUInt32LE(header) !== dynamic) continue;
    const from = Number(bytes.readBigUInt64LE(header + fileOffsetAt));
    const to = from + Number(bytes.readBigUInt64LE(header + fileBytesAt));
    for (let entry = from; entry < to; entry += dynamicEntry.bytes)
      if (bytes.readBigUInt64LE(entry) === dynamicEntry.flags1) return entry + 8;
  }
  return undefined;
}
