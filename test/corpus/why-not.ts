import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findAllocator } from '../../src/allocators/locate.ts';
import { execaRunner } from '../../src/process/execa-runner.ts';
import { readHugePageSettings } from '../../src/process/huge-page-settings.ts';
import { canMount, cannotMount } from '../fixtures/namespace.ts';
import { fileOf } from './command.ts';
import type { Run } from './run.ts';

const noHugePages = 'this machine gives nobody transparent huge pages: /sys/kernel/mm/transparent_hugepage/enabled';
export const cgroups = '/sys/fs/cgroup/memory';

/** Why this machine cannot run it; undefined when it can. */
export async function whyNot({ program, preload = [], tmpfs, limitMib, hugePages }: Run): Promise<string | undefined> {
  if (limitMib !== undefined && !existsSync(join(cgroups, 'memory.limit_in_bytes'))) return 'no memory cgroup v1 is mounted';
  if (limitMib !== undefined && process.getuid?.() !== 0) return 'only root makes a memory cgroup';
  if (tmpfs !== undefined && !canMount) return cannotMount;
  if (hugePages && !['madvise', 'always'].includes(readHugePageSettings()?.enabled ?? '')) return noHugePages;
  const missing = fileOf(program);
  if (!existsSync(missing)) return `${missing} was not built: its compiler, a JDK or a library is missing`;
  for (const name of preload) {
    if (name === 'meter' || name === 'mmap_user') continue;
    const location = await findAllocator(name, execaRunner);
    if (!location.found) return location.reason;
  }
  return undefined;
}
