import { z } from 'zod';
import { readPackageText } from '../process/package-text.ts';
import { configurationGroups } from './allocator.ts';
import { type AllocatorKey, allocatorKeys } from './registry.ts';

const install = z.object({
  /** File names as the dynamic linker knows them (DT_SONAME), the preferred one first. */
  libraries: z.array(z.string()),
  /** Where it lies, other than among the system's libraries: with the runtime of clang. */
  folders: z.literal('clang').optional(),
  /** The set-up does not install it: no configuration of it is one of `all`. */
  group: z.enum(configurationGroups).optional(),
  packages: z.record(z.enum(['apt', 'dnf', 'apk']), z.array(z.string())).optional(),
});

/** data/allocators.json, which the set-up script reads too, before anything is compiled. */
export const installs: Readonly<Record<AllocatorKey, z.infer<typeof install>>> = z
  .record(z.enum(allocatorKeys), install)
  .parse(JSON.parse(readPackageText('data/allocators.json')));
