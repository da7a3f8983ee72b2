import type { Configuration } from './configurations.ts';

/** glibc's limit of arenas on 64 bit: malloc/arena.c, NARENAS_FROM_NCORES (2.17 to today). */
const arenasPerCore = 8;

/**
 * The configuration as an N-core host would run it: glibc derives its limit of arenas from the number of cores, and only that is set here. A limit
 * that the configuration sets itself stays. Other allocators are left as they are.
 */
export function simulateCores(configuration: Configuration, cores: number): Configuration {
  const { allocator, env } = configuration;
  const tunables = env['GLIBC_TUNABLES'];
  if (allocator !== 'glibc' || env['MALLOC_ARENA_MAX'] !== undefined || tunables?.includes('glibc.malloc.arena_max'))
    return configuration;
  const arenaMax = `glibc.malloc.arena_max=${arenasPerCore * cores}`;
  const all = tunables === undefined ? arenaMax : `${tunables}:${arenaMax}`;
  return { ...configuration, env: { ...env, GLIBC_TUNABLES: all }, simulatedTunable: arenaMax };
}
