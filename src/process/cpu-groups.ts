import { join } from 'node:path';
import type { Throttling } from '../model/cell.ts';
import { parseThrottling } from '../parse/cpu-times.ts';
import { mountedHierarchy, readGroupFile } from './cgroup-folders.ts';
import { readProcSync } from './proc-file.ts';

/**
 * How the cgroups of a process have been held back since they were made: its own and those above it, for the quota may be of any of them. Undefined where none
 * that can be seen from here has one.
 */
export function readThrottling(pid: number): Throttling | undefined {
  const found = foldersOf(pid).flatMap((folder) => parseThrottling(readGroupFile(folder, 'cpu.stat') ?? '') ?? []);
  if (found.length === 0) return undefined;
  return found.reduce((a, b) => ({
    periods: Math.max(a.periods, b.periods),
    throttledPeriods: Math.max(a.throttledPeriods, b.throttledPeriods),
    throttledMs: a.throttledMs + b.throttledMs,
  }));
}

/** The groups of the controller `cpu`, of v1, or of v2 where that has it. */
function foldersOf(pid: number): string[] {
  return [...groupsOf(pid).matchAll(/^\d+:([^:\n]*):(\/.*)$/gm)].flatMap(([, controllers = '', path = '']) => {
    if (controllers.split(',').includes('cpu')) return levelsOf(join(mountedHierarchy, 'cpu'), path);
    return controllers === '' ? levelsOf(mountedHierarchy, path) : [];
  });
}

function groupsOf(pid: number): string {
  try {
    return readProcSync(pid, 'cgroup');
  } catch {
    return '';
  }
}

/** Where a cgroup namespace or a container has its own group at the root, that is the last of them. */
function levelsOf(top: string, path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '..');
  return Array.from({ length: parts.length + 1 }, (_, cut) => join(top, ...parts.slice(0, parts.length - cut)));
}
