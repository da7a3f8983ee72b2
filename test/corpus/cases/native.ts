import type { Case } from '../cases.ts';
import { dueTo, named } from './causes.ts';

export const nativeCases: readonly Case[] = [
  {
    name: 'a C program that leaks 60 MiB a minute',
    moves: true,
    program: { c: 'steady_leak' },
    environment: { MIB_PER_MINUTE: '60' },
    forMs: 12_000,
    truth: dueTo('malloc-growing', 'live-malloc'),
  },
  {
    // What it asks for jemalloc rounds up to a quarter more.
    name: 'a C program that leaks 60 MiB a minute, on jemalloc',
    moves: true,
    program: { c: 'steady_leak' },
    environment: { MIB_PER_MINUTE: '60' },
    preload: ['jemalloc'],
    forMs: 12_000,
    truth: { right: [{ code: 'memory-growing', says: /malloc of jemalloc/, number: null }], half: [{ code: 'allocator-idle' }] },
  },
  { name: 'large blocks', inSuite: true, program: { c: 'large_blocks' }, thenForMs: 2000, truth: dueTo('live-malloc') },
  {
    name: 'large blocks on jemalloc',
    inSuite: true,
    program: { c: 'large_blocks' },
    preload: ['meter', 'jemalloc'],
    truth: dueTo('live-malloc'),
  },
  { name: 'a C program that maps a file', inSuite: true, program: { c: 'mapped_file' }, truth: dueTo('mapped-files') },
  { name: '1,009 deep stacks', inSuite: true, program: { c: 'deep_stacks' }, truth: dueTo('thread-stacks') },
  {
    name: 'mimalloc as it comes',
    inSuite: true,
    program: { c: 'retained_pages' },
    preload: ['meter', 'mimalloc'],
    truth: dueTo('allocator-idle'),
  },
  {
    name: 'tcmalloc whose live bytes nobody counts',
    inSuite: true,
    program: { c: 'retained_pages' },
    preload: ['tcmalloc'],
    truth: dueTo('allocator-idle', 'not-enough-evidence'),
  },
  { name: 'pages that blocks of another size pin', program: { c: 'pinned_by_others' }, truth: dueTo('retained-sub-page') },
  { name: 'objects of C++', program: { cpp: 'objects' }, thenForMs: 2000, truth: dueTo('live-malloc') },
  { name: 'vectors of Rust', program: { rust: 'vectors' }, thenForMs: 2000, truth: dueTo('live-malloc') },
  { name: 'the heap of Go', program: { go: 'heap' }, truth: named(/\bGo\b/, 'mmap-user') },
  { name: 'arrays of Python', inSuite: true, program: { python: 'arrays' }, thenForMs: 2000, truth: dueTo('live-malloc') },
  { name: 'objects of Python', program: { python: 'objects' }, truth: named(/python/i, 'mmap-user') },
  {
    name: 'buffers that Python freed',
    inSuite: true,
    program: { python: 'freed' },
    truth: dueTo('retained-pages', 'retained-sub-page', 'retained-arena-tops'),
  },
  { name: 'buffers of Node', inSuite: true, program: { node: 'buffers' }, truth: dueTo('live-malloc') },
  { name: 'the heap of Node', program: { node: 'heap' }, truth: named(/\bV8\b|Node/, 'mmap-user') },
  {
    name: 'Redis after most keys were deleted',
    program: { node: 'redis', arguments: ['deleted'] },
    thenForMs: 2000,
    truth: dueTo('allocator-idle'),
  },
];
