import fc from 'fast-check';
import { expect } from 'vitest';
import { detectAllocator } from '../../src/allocators/detect.ts';
import { allocatorNames, allocators } from '../../src/allocators/registry.ts';
import { fuzz } from './fuzz.ts';

const markers = allocatorNames.flatMap((name) => allocators[name].recognition?.inProgram ?? []);
const libraries = [
  'libjemalloc.so.2',
  'libtcmalloc_minimal.so.4.5.9',
  'libmimalloc.so.2.0',
  'libmeter.so',
  'libc.so.6',
  'ld-musl-x86_64.so.1',
  'liba.so',
  '',
];
const file = fc
  .tuple(fc.constantFrom('/usr/lib/', '/', '/a b/'), fc.constantFrom(...libraries))
  .map(([folder, name]) => folder + name);
const piece = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.constantFrom(...markers, ...libraries.map((name) => `\0${name}\0`), '\x7fELF').map((text) => Buffer.from(text, 'latin1')),
);
const clues = fc.record({
  mappedFiles: fc.array(file, { maxLength: 6 }),
  preload: fc.array(fc.oneof(file, fc.constantFrom(...libraries), fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 4 }),
  program: fc.option(
    fc.array(piece, { maxLength: 8 }).map((pieces) => Buffer.concat(pieces)),
    { nil: undefined },
  ),
});

// Whatever is mapped and whatever the program's file holds: an allocator of the registry, told by a file that is mapped or by the program's own.
fuzz({ name: 'program_file', runs: 2000 }, clues, ({ mappedFiles, preload, program }) => {
  const environment = new Map([['LD_PRELOAD', preload.join(':')]]);
  const found = detectAllocator({
    mappedFiles,
    environment,
    programPath: '/bin/program',
    ...(program === undefined ? {} : { program }),
  });
  expect(allocatorNames).toContain(found.name);
  expect(['', '/bin/program', ...mappedFiles]).toContain(found.library);
  for (const path of found.preloaded) expect(mappedFiles).toContain(path);
  if (found.library === '/bin/program') expect(markers.some((marker) => program?.includes(marker))).toBe(true);
});
