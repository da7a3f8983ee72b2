import { expect, test } from 'vitest';
import type { Configuration } from '../../../src/allocators/configurations.ts';
import { compareProvenance, proveProvenance } from '../../../src/allocators/provenance.ts';
import { startZombie } from '../../zombie.ts';

const libc = '/usr/lib/x86_64-linux-gnu/libc.so.6';
const jemalloc = '/usr/lib/x86_64-linux-gnu/libjemalloc.so.2';
const tcmalloc = '/usr/lib/x86_64-linux-gnu/libtcmalloc_minimal.so.4.5.9';
const tcmallocLink = '/usr/lib/x86_64-linux-gnu/libtcmalloc_minimal.so.4';

const configuration = (changes: Partial<Configuration>): Configuration => ({
  key: 'test',
  allocator: 'glibc',
  aliases: [],
  env: {},
  jvmFlags: [],
  summary: '',
  ...changes,
});

function prove(
  files: string[],
  environ: Record<string, string>,
  changes: Partial<Configuration>,
  library: string,
  reportedFlags = '',
) {
  const expected = { configuration: configuration(changes), library, version: '1', reportedFlags };
  return compareProvenance(new Set(files), new Map(Object.entries(environ)), expected, (path) =>
    path === tcmallocLink ? tcmalloc : path,
  );
}

test('glibc of another root is verified by the file that is mapped, and has no version of this one', () => {
  const other = '/lib/x86_64-linux-gnu/libc-2.23.so';
  const { verified, allocatorLibrary, allocatorVersion } = prove([other, '/jdk/bin/java'], {}, {}, libc);
  expect({ verified, allocatorLibrary, allocatorVersion }).toEqual({
    verified: true,
    allocatorLibrary: other,
    allocatorVersion: undefined,
  });
  // Of a library that is preloaded only its own file will do.
  expect(prove([other], {}, { allocator: 'jemalloc' }, jemalloc).problems).toEqual([`${jemalloc} is not mapped into the process`]);
});

test('glibc alone, with its setting in the environment, is verified', () => {
  const provenance = prove(
    [libc, '/usr/bin/java'],
    { MALLOC_ARENA_MAX: '1', HOME: '/root' },
    { env: { MALLOC_ARENA_MAX: '1' } },
    libc,
  );
  expect(provenance).toEqual({
    verified: true,
    problems: [],
    preloaded: [],
    allocatorLibrary: libc,
    allocatorVersion: '1',
    readBack: {},
    environment: { MALLOC_ARENA_MAX: '1' },
    jvmFlags: [],
  });
});

test('glibc with another allocator preloaded is not glibc', () => {
  expect(prove([libc, jemalloc], { LD_PRELOAD: jemalloc }, {}, libc).problems).toEqual([
    `another allocator is mapped as well: ${jemalloc}`,
  ]);
});

test('an allocator that is only named in LD_PRELOAD, not mapped, is not verified', () => {
  const provenance = prove([libc], { LD_PRELOAD: jemalloc }, { allocator: 'jemalloc' }, jemalloc);
  expect(provenance.verified).toBe(false);
  expect(provenance.problems).toEqual([`${jemalloc} is not mapped into the process`]);
});

test('a library is recognised behind its link', () => {
  expect(prove([libc, tcmalloc], { LD_PRELOAD: tcmallocLink }, { allocator: 'tcmalloc' }, tcmallocLink)).toMatchObject({
    verified: true,
    allocatorLibrary: tcmalloc,
    preloaded: [tcmallocLink],
  });
});

test('a setting that is missing or different is told with both values', () => {
  expect(prove([libc], {}, { env: { MALLOC_ARENA_MAX: '2' } }, libc).problems).toEqual([
    'environment has MALLOC_ARENA_MAX=(unset), expected 2',
  ]);
  expect(prove([libc], { MALLOC_ARENA_MAX: '8' }, { env: { MALLOC_ARENA_MAX: '2' } }, libc).problems).toEqual([
    'environment has MALLOC_ARENA_MAX=8, expected 2',
  ]);
});

test('a JVM flag counts only when the JVM itself reports it', () => {
  const flag = '-XX:TrimNativeHeapInterval=1000';
  expect(prove([libc], {}, { jvmFlags: [flag] }, libc, `-XX:CICompilerCount=2 ${flag} -XX:+UseG1GC \n`)).toMatchObject({
    verified: true,
    jvmFlags: [flag],
  });
  expect(prove([libc], {}, { jvmFlags: [flag] }, libc, '-XX:TrimNativeHeapInterval=10000').problems).toEqual([
    `the JVM does not report ${flag}`,
  ]);
});

test('a process that has ended has no mappings: that is no wrong configuration', async () => {
  const zombie = await startZombie();
  const expected = { configuration: configuration({}), library: libc, reportedFlags: undefined, capture: async () => undefined };
  await expect(proveProvenance(zombie, { ...expected, version: undefined })).rejects.toMatchObject({ code: 'NO_SUCH_PROCESS' });
});
