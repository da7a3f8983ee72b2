import { loadBinding } from './binding.ts';

/** Of this process: from now on its malloc keeps little that is free. What its user has set stays. False where that is not glibc's, or the user has set it. */
export function tightenOwnMalloc(): boolean {
  const { MALLOC_ARENA_MAX: arenas, MALLOC_TRIM_THRESHOLD_: threshold, GLIBC_TUNABLES: tunables = '' } = process.env;
  if (arenas !== undefined || threshold !== undefined || tunables.includes('glibc.malloc.')) return false;
  return loadBinding().tightenMalloc();
}

/** Gives back what is free in it: a tenth of a millisecond and more. Whether there was anything. */
export function trimOwnMalloc(): boolean {
  return loadBinding().trimMalloc();
}
