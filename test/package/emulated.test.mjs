import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { architectures, others } from '../../scripts/lib/cross.mjs';
import { buildConformance, parsePromises } from '../native/conformance.ts';
import { compile, liveOfPagePrime, readPages, temporaryFolder } from '../native/preloaded.ts';
import { has, skipUnless } from '../skip.ts';
import { prebuild, prebuildTimeoutMs } from './prebuild.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { arm64, x64 } = architectures;
const other = others[0] === 'arm64' ? arm64 : x64;
/** Where the compiler for the other kind of machine has its libc. */
const sysroot = `/usr/${other.tools.replace(/-$/, '')}`;

describe(`the libraries for ${others[0]}, emulated`, () => {
  if (!skipUnless(has(other.emulator), `${other.emulator} is not installed`)) return;

  let conformance;
  let bare;
  beforeAll(() => {
    prebuild();
    conformance = buildConformance(other.tools);
    bare = promisesUnder(undefined);
  }, prebuildTimeoutMs);

  function run(library, [program, ...args], pages = '') {
    const preload = library ? [`LD_PRELOAD=${join(root, 'prebuilds', `linux-${others[0]}`, library)}`] : [];
    const settings = [...preload, `OFFHEAP_COUNTERS_DIR=${pages}`].flatMap((entry) => ['-E', entry]);
    const { status, stdout } = spawnSync(other.emulator, ['-L', sysroot, ...settings, program, ...args], {
      encoding: 'utf8',
    });
    return { status, stdout };
  }
  const promisesUnder = (library) => parsePromises(run(library, [conformance.program, conformance.plugin]).stdout);

  // Where libc's symbol table lies beside its code: see "Libraries bound to themselves" in native/README.md.
  const leftToLibc =
    other === arm64
      ? ["RTLD_DEEPBIND: a library frees the program's blocks", "the free that libc's handle has frees the program's blocks"]
      : [];

  test.each([
    ['libmeter.so', []],
    ['libmmapalloc.so', leftToLibc],
  ])('what libc keeps, %s keeps', (library, broken) => {
    const behind = promisesUnder(library);
    const kept = [...bare].filter(([, state]) => state === 'kept').map(([promise]) => promise);
    expect(kept.length).toBeGreaterThan(40);
    expect(kept.filter((promise) => behind.get(promise) !== 'kept')).toEqual(broken);
    expect(behind.get('free_sized and free_aligned_sized free')).toBe('kept');
  });

  test.each(['libmeter.so', 'libmmapalloc.so'])('%s counts to the block, in a page that this machine reads', (library) => {
    const folder = temporaryFolder();
    expect(run(library, [compile('threads', 'program', other.tools)], folder).status).toBe(0);
    expect(liveOfPagePrime(readPages(folder))).toBe(16);
  });
});
