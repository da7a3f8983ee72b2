import { javaOptionsVariables } from '../model/java-options.ts';
import { allocatorNames, allocators } from './registry.ts';

const javaVariables: ReadonlySet<string> = new Set(javaOptionsVariables);
const ownVariables = /^OFFHEAP_/;

export interface CleanEnvironment {
  env: Record<string, string>;
  /** Names that were set outside and would have changed the measurement. */
  removed: string[];
}

/**
 * The given environment without allocator, JVM-option and offheap variables, plus `settings`: a cell runs under its own configuration and nothing
 * else.
 */
export function cleanEnvironment(inherited: NodeJS.ProcessEnv, settings: Readonly<Record<string, string>>): CleanEnvironment {
  const env: Record<string, string> = {};
  const removed: string[] = [];
  for (const [name, value] of Object.entries(inherited)) {
    if (value === undefined || ownVariables.test(name)) continue;
    if (changesMalloc(name) || javaVariables.has(name)) removed.push(name);
    else env[name] = value;
  }
  return { env: { ...env, ...settings }, removed };
}

/** Whether a variable changes what some malloc does, or puts another in its place. */
export function changesMalloc(name: string): boolean {
  return isAllocatorSetting(name) || allocatorNames.some((key) => allocators[key].profilerVariables?.test(name));
}

/** Whether a variable is a setting of an allocator, or says which one serves. */
export function isAllocatorSetting(name: string): boolean {
  return name === 'LD_PRELOAD' || allocatorNames.some((key) => allocators[key].variables?.test(name));
}

/** Whether a variable says something of how a process allocates, or how offheap counts that. */
export function isTelling(name: string): boolean {
  return isAllocatorSetting(name) || ownVariables.test(name);
}
