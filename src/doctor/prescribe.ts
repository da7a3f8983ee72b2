import type { Cure } from '../allocators/allocator.ts';
import { allocatorNamed } from '../allocators/registry.ts';
import { forGlibc, isHeeded, isSet, write } from '../allocators/setting.ts';
import type { AllocatorEvidence, Evidence, Fix } from '../model/doctor.ts';
import { cures } from './cures.ts';

/** What of a process decides whether a setting is for it, and how it is written. */
export type Settled = Pick<Evidence, 'allocator' | 'jvm' | 'malloc'> & Partial<Pick<Evidence, 'isJvm' | 'command'>>;

/** A cure as something to paste; nothing where the process has it already, is no JVM to be given a flag, or one that would not heed it. */
export function prescribe(
  { action, assignments, unless = [] }: Cure,
  { allocator, isJvm = false, jvm, malloc, command = [] }: Settled,
): Fix[] {
  // Properties are on the command line alone.
  const inForce = { env: allocator.environment, jvmFlags: [...(jvm?.flags ?? []), ...command] };
  if (unless.some(([setting, value]) => isSet(setting, value, inForce))) return [];
  if (!isJvm && assignments.some(([{ variable }]) => variable === undefined)) return [];
  if (!assignments.every(([setting]) => isHeeded(setting, jvm))) return [];
  const spelled = assignments.map(([setting, value]) => [forGlibc(setting, malloc?.glibcVersion), value] as const);
  const { env, jvmFlags } = write(spelled, allocator.environment);
  return [
    {
      action,
      ...(Object.keys(env).length > 0 ? { environment: env } : {}),
      ...(jvmFlags.length > 0 ? { jvmFlags } : {}),
    },
  ];
}

/** Its settings are all its own: what the one in force was told is not carried over. */
export function otherAllocator(): Fix[] {
  return prescribe(cures.otherAllocator, { allocator: { name: 'unknown', library: '', preloaded: [], environment: {} } });
}

/** Lets the allocator in force give back what is idle; empty where the setting is in force, or there is none. */
export function purge(allocator: AllocatorEvidence): Fix[] {
  const cure = allocatorNamed(allocator.name).purge?.(allocator.library);
  if (!cure) return [];
  return [...(cure.reachesIdleThreads ? [] : otherAllocator()), ...prescribe(cure, { allocator })];
}
