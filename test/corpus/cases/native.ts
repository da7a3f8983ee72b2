import type { Case } from '../cases.ts';
import { dueTo, named } from './causes.ts';

export const nativeCases: readonly Case[] = [
  {
    name: 'a C program that leaks 60 MiB a minute',
    program: { c: 'steady_leak' },
    environment: { MIB_PER_MINUTE: '60' },
    forMs: 6000,
    truth: dueTo('malloc-growing', 'live-malloc'),
  },
  { name: 'large blocks', program: { c: 'large_blocks' }, truth: dueTo('live-malloc') },
  { name: 'large blocks on jemalloc', program: { c: 'large_blocks' }, preload: ['meter', 'jemalloc'], truth: dueTo('live-malloc') },
  { name: 'a C program that maps a file', program: { c: 'mapped_file' }, truth: dueTo('mapped-files') },
  { name: '1,009 deep stacks', program: { c: 'deep_stacks' }, truth: dueTo('thread-stacks') },
  {
    name: 'mimalloc as it comes',
    program: { c: 'retained_pages' },
    preload: ['meter', 'mimalloc'],
    truth: dueTo('allocator-idle'),
  },
  {
    name: 'tcmalloc whose live bytes nobody counts',
    program: { c: 'retained_pages' },
    preload: ['tcmalloc'],
    truth: dueTo('allocator-idle', 'not-enough-evidence'),
  },
  { name: 'objects of C++', program: { cpp: 'objects' }, truth: dueTo('live-malloc') },
  { name: 'vectors of Rust', program: { rust: 'vectors' }, truth: dueTo('live-malloc') },
  { name: 'the heap of Go', program: { go: 'heap' }, truth: named(/\bGo\b/, 'mmap-user') },
  { name: 'arrays of Python', program: { python: 'arrays' }, truth: dueTo('live-malloc') },
  { name: 'objects of Python', program: { python: 'objects' }, truth: named(/python/i, 'mmap-user') },
  {
    name: 'buffers that Python freed',
    program: { python: 'freed' },
    truth: dueTo('retained-pages', 'retained-sub-page', 'retained-arena-tops'),
  },
  { name: 'buffers of Node', program: { node: 'buffers' }, truth: dueTo('live-malloc') },
  { name: 'the heap of Node', program: { node: 'heap' }, truth: named(/\bV8\b|Node/, 'mmap-user') },
  {
    name: 'Redis after most keys were deleted',
    program: { node: 'redis', arguments: ['deleted'] },
    truth: dueTo('allocator-idle'),
  },
];
