import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { libraryFolders } from '../../src/allocators/locate.ts';
import { inspectHeap } from '../../src/native/inspector.ts';
import { collectEvidence } from '../../src/observe/evidence.ts';
import { skipUnless } from '../skip.ts';
import { startHeap } from './inspected.ts';
import { metered, prime } from './preloaded.ts';

/** Where clang has what it brings: an absolute path, or the bare name when it has it not. */
const ofClang = (name: string) => spawnSync('clang', [`-print-file-name=${name}`], { encoding: 'utf8' }).stdout?.trim() ?? '';
const machine = { x64: 'x86_64', arm64: 'aarch64' }[process.arch as 'x64' | 'arm64'];
const present = (paths: string[]) => paths.find((path) => path.startsWith('/') && existsSync(path));

/** What heap_pages holds, of it all but the last block touched. */
const touched = 5 * 300 * 4999;

describe.each([
  {
    name: 'scudo',
    library: present([`libclang_rt.scudo_standalone-${machine}.so`, 'libclang_rt.scudo_standalone.so'].map(ofClang)),
    settings: { SCUDO_OPTIONS: 'release_to_os_interval_ms=1000' },
  },
  {
    name: 'tbbmalloc',
    library: present(libraryFolders().map((folder) => join(folder, 'libtbbmalloc_proxy.so.2'))),
    settings: { TBB_MALLOC_USE_HUGE_PAGES: '0' },
  },
])('$name, of which there is no configuration', ({ name, library = '', settings }) => {
  skipUnless(library !== '', `${name} is not installed`);
  const look = async (env: Record<string, string>) => {
    const { pid } = await startHeap('heap_pages', { ...settings, ...env });
    return collectEvidence(pid, { inspect: inspectHeap });
  };

  test('it is told by its name, and the memory of malloc is its own', async () => {
    const { allocator, malloc, unknown, regions, rssBytes } = await look({ LD_PRELOAD: library });
    const file = realpathSync(library);
    expect(allocator).toEqual({ name, library: file, preloaded: [file], environment: { LD_PRELOAD: library, ...settings } });
    expect({ malloc, unknown }).toEqual({ malloc: undefined, unknown: [{ instrument: 'heaps', code: 'other-allocator' }] });
    expect(regions.find(({ kind }) => kind === 'allocator')?.rssBytes).toBeGreaterThan(touched);
    const others = regions.filter((region) => region.kind === 'glibc arenas' || region.kind === 'unexplained');
    expect(others.filter((region) => region.rssBytes > 0)).toEqual([]);
    expect(regions.reduce((sum, region) => sum + region.rssBytes, 0)).toBe(rssBytes);
  });

  test('the meter ahead of it counts what is live', async () => {
    const { allocator, counters } = await look(metered(library));
    expect(allocator).toMatchObject({ name, library: realpathSync(library) });
    expect(counters?.liveBytes).toBeGreaterThanOrEqual(touched + prime);
    // Each rounds sizes up in its own way: tbbmalloc has one size from 4,033 to 5,376 bytes.
    expect(counters?.liveBytes).toBeLessThan(1.1 * (touched + prime));
  });
});
