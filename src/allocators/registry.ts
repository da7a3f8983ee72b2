import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../process/paths.ts';

export const allocatorKeys = ['glibc', 'tcmalloc', 'jemalloc', 'mimalloc', 'mmap'] as const;
export type AllocatorKey = (typeof allocatorKeys)[number];

const packages = z.record(z.enum(['apt', 'dnf', 'apk']), z.array(z.string()));
const allocator = z.object({
  title: z.string(),
  /** File names as the dynamic linker knows them (DT_SONAME), the preferred one first. */
  libraries: z.array(z.string()),
  packages: packages.optional(),
});
export type Allocator = z.infer<typeof allocator>;

/** data/allocators.json, which the set-up script reads too, before anything is compiled. */
export const allocators: Record<AllocatorKey, Allocator> = z
  .record(z.enum(allocatorKeys), allocator)
  .parse(JSON.parse(readFileSync(join(packageRoot, 'data', 'allocators.json'), 'utf8')));
