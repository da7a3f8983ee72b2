// What is compared with what: groups of variants that differ in nothing but what is preloaded, or how it is set.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { libraryFolders, locateAllocator } from '../../dist/allocators/locate.js';
import { allocatorKeys, runnable } from '../../dist/allocators/registry.js';
import { preloadLibraryPath } from '../../dist/native/preload-paths.js';
import { execaRunner } from '../../dist/process/execa-runner.js';

/** Frames on the stack where profilers are measured that walk it at every call: none of its own, and as deep as a JVM's. */
const depths = [0, 32];

/** Allocators as they are here: `{ key, preload?, version?, reason? }`. */
export async function locateAll() {
  const keys = allocatorKeys.filter((key) => !runnable[key].isInstrument);
  return Promise.all(keys.map(async (key) => ({ key, ...(await locateAllocator(key, execaRunner)) })));
}

/**
 * Groups of `{ allocator, threads, batch, depth, variants: [{ name, preload: [paths], env, reason? }] }`. A variant with a reason is not run. The first
 * variant of a group is what the others are compared with.
 */
export function planGroups(allocators, floors, scratch) {
  const shapes = [1, 2, 8].map((threads) => ({ threads, batch: 1, depth: 0 }));
  const all = [...shapes, { threads: 1, batch: 1000, depth: 0 }];
  const counting = allocators.flatMap((allocator) => all.map((shape) => countingGroup(allocator, shape, floors)));
  const profiled = [...shapes, { threads: 1, batch: 1, depth: depths[1] }];
  return [...counting, ...profiled.flatMap((shape) => profilerGroups(shape, scratch))];
}

function countingGroup({ key, found, preload, reason }, shape, { forward, callAndLook, countLeast, askSizes }) {
  const behind = preload ? [preload] : [];
  const variant = (name, first) => ({ name, preload: [...first, ...behind], env: {}, ...(found ? {} : { reason }) });
  const variants = [
    variant('bare', []),
    variant('bare again', []),
    variant('forward', [forward]),
    variant('call and look', [callAndLook]),
    // It reads glibc's headers.
    ...(key === 'glibc' ? [variant('count least', [countLeast])] : []),
    variant('ask sizes', [askSizes]),
    variant('meter', [preloadLibraryPath('meter')]),
  ];
  return { kind: 'counting', allocator: key, ...shape, variants };
}

function profilerGroups(shape, scratch) {
  const bare = (file) => variantOf('bare', file, {});
  return [
    group('glibc', shape, [
      { name: 'bare', preload: [], env: {} },
      { name: 'meter', preload: [preloadLibraryPath('meter')], env: {} },
      variantOf('heaptrack', 'heaptrack/libheaptrack_preload.so', { DUMP_HEAPTRACK_OUTPUT: join(scratch, 'heaptrack') }),
    ]),
    group('tcmalloc', shape, [
      bare('libtcmalloc.so.4'),
      variantOf('HEAPPROFILE', 'libtcmalloc.so.4', { HEAPPROFILE: join(scratch, 'tcmalloc') }),
    ]),
    group('jemalloc', shape, [
      bare('libjemalloc.so.2'),
      variantOf('prof:true', 'libjemalloc.so.2', { MALLOC_CONF: `prof:true,prof_prefix:${join(scratch, 'jemalloc')}` }),
    ]),
  ];
}

function group(allocator, shape, variants) {
  return { kind: 'profilers', allocator, ...shape, variants };
}

function variantOf(name, file, env) {
  const path = libraryFolders()
    .map((folder) => join(folder, file))
    .find((candidate) => existsSync(candidate));
  return { name, preload: path ? [path] : [], env, ...(path ? {} : { reason: `${file} is not installed` }) };
}
