import { describeReleases } from '../model/jdk-releases.ts';
import { parseTunables } from '../parse/allocator-options.ts';
import type { ConfigurationEntry, RunnableAllocator } from './allocator.ts';
import { type Asking, compareSettings, nothingRead, type ReadBack } from './asking.ts';
import { jvmPresets } from './jvm-presets.ts';
import { type Assignment, type Setting, variable } from './setting.ts';
import { trimInterval, trimIntervalJdks } from './trim-interval.ts';

export const arenaMax = variable('MALLOC_ARENA_MAX');
export const arenaMaxTunable = tunable('arena_max');
/** 1: malloc asks for transparent huge pages. 2: it maps pages of hugetlbfs. Since glibc 2.35. */
export const hugePagesOfMalloc = tunable('hugetlb');
/** glibc has tunables since 2.26; before, only variables of their own. */
export const trimThreshold: Setting = {
  ...tunable('trim_threshold'),
  older: { beforeGlibc: '2.26', setting: variable('MALLOC_TRIM_THRESHOLD_') },
};
/** glibc's own; named explicitly it no longer rises with every large free. */
export const defaultTrimThreshold = '131072';
const mmapThreshold = variable('MALLOC_MMAP_THRESHOLD_');
const tcacheCount = tunable('tcache_count');
const of = (summary: string, ...assignments: Assignment[]): ConfigurationEntry => ({ summary, group: 'tunables', assignments });

/** Older variables that glibc still reads, by the tunable they set (elf/dl-tunables.list). */
const tunableOfVariable: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: 'glibc.malloc.arena_max',
  MALLOC_ARENA_TEST: 'glibc.malloc.arena_test',
  MALLOC_MMAP_MAX_: 'glibc.malloc.mmap_max',
  MALLOC_MMAP_THRESHOLD_: 'glibc.malloc.mmap_threshold',
  MALLOC_TOP_PAD_: 'glibc.malloc.top_pad',
  MALLOC_TRIM_THRESHOLD_: 'glibc.malloc.trim_threshold',
};

/** ptmalloc, of the GNU C library. */
export const glibc: RunnableAllocator = {
  // An error of 2.23 to 2.43 that no other malloc has.
  recognition: { file: /^libc(?:\.so\.6|-2\.\d+\.so)$/, inProgram: 'munmap_chunk(): invalid pointer', isLibc: true },
  variables: /^(?:MALLOC_|GLIBC_TUNABLES$)/,
  sight: { byInspector: true, byJvm: true, byAgent: true, liveBytes: 'meter' },
  origin: 'libc',
  configurations: {
    glibc: { summary: 'as it comes: up to 8 arenas a core, in regions of 64 MiB' },
    'glibc-arena1': { assignments: [[arenaMax, '1']], summary: 'all threads share the main arena' },
    'glibc-arena2': { assignments: [[arenaMax, '2']], summary: 'the main arena and one more' },
    'glibc-trim': {
      assignments: [[trimInterval, '1000']],
      summary: `the JVM calls malloc_trim once a second (JDK ${describeReleases(trimIntervalJdks)})`,
    },
    'glibc-mmap16k': {
      assignments: [[mmapThreshold, '16384']],
      summary: 'blocks of 16 KiB and more are mappings of their own',
    },
    'glibc-trim128k': {
      assignments: [[trimThreshold, defaultTrimThreshold]],
      summary: 'the tops of arenas are cut above 128 KiB, and the threshold stays there',
    },
    'glibc-arena4': of('the main arena and three more', [arenaMax, '4']),
    'glibc-tcache0': of('no blocks kept by each thread (tcache)', [tcacheCount, '0']),
    'glibc-mmap128k': of('blocks of 128 KiB and more are mappings of their own, and the threshold stays there', [
      mmapThreshold,
      '131072',
    ]),
    'glibc-arena2-trim128k': of(
      'two arenas, whose tops are cut above 128 KiB',
      [arenaMax, '2'],
      [trimThreshold, defaultTrimThreshold],
    ),
    'glibc-arena2-tcache0': of('two arenas, and no blocks kept by each thread', [arenaMax, '2'], [tcacheCount, '0']),
    'glibc-hugetlb1': of('malloc asks for transparent huge pages (glibc 2.35)', [hugePagesOfMalloc, '1']),
    'glibc-hugetlb2': of('malloc takes reserved huge pages where there are any (glibc 2.35)', [hugePagesOfMalloc, '2']),
    ...jvmPresets,
  },
  space: [
    [[], [[arenaMax, '1']], [[arenaMax, '2']], [[arenaMax, '4']]],
    [[], [[trimThreshold, defaultTrimThreshold]]],
    [[], [[mmapThreshold, '16384']], [[mmapThreshold, '131072']]],
    [[], [[tcacheCount, '0']]],
  ],
  readBack: readTunables,
};

function tunable(name: string): Setting {
  return { name: `glibc.malloc.${name}`, equals: '=', variable: 'GLIBC_TUNABLES', separator: ':' };
}

async function readTunables({ env, loader, capture }: Asking): Promise<ReadBack> {
  const listed = loader === undefined ? undefined : await capture(loader, ['--list-tunables'], { env });
  const tunables = parseTunables(listed?.stdout ?? '');
  if (tunables.size === 0) return nothingRead;
  return compareSettings(wantedTunables(env), (name, value) => {
    const effective = tunables.get(name);
    if (effective === undefined) return { problem: `this glibc has no tunable ${name}` };
    const isInForce = /^(0x[\da-f]+|\d+)$/i.test(value) && BigInt(value) === effective;
    return isInForce ? { effective: value } : { problem: `glibc runs with ${name}=${effective}, expected ${value}` };
  });
}

/** A tunable wins over the variable of the same meaning. */
function wantedTunables(env: Asking['env']): [string, string][] {
  const wanted = new Map<string, string>();
  for (const [name, value] of Object.entries(env)) {
    const tunableName = tunableOfVariable[name];
    if (tunableName !== undefined) wanted.set(tunableName, value);
  }
  for (const pair of (env['GLIBC_TUNABLES'] ?? '').split(':').filter((text) => text !== '')) {
    const [name = '', value = ''] = pair.split('=');
    if (name.startsWith('glibc.malloc.')) wanted.set(name, value);
  }
  return [...wanted];
}
