import type { Configuration } from './configurations.ts';
import { arenaMax, arenaMaxTunable } from './glibc.ts';
import { isSet, spell, write } from './setting.ts';

/** glibc's limit of arenas on 64 bit: malloc/arena.c, NARENAS_FROM_NCORES (2.17 to today). */
const arenasPerCore = 8;

/**
 * The configuration as an N-core host would run it: glibc derives its limit of arenas from the number of cores, and only that is set here. A limit
 * that the configuration sets itself stays. Other allocators are left as they are.
 */
export function simulateCores(configuration: Configuration, cores: number): Configuration {
  const { allocator, env } = configuration;
  const isLimited = [arenaMax, arenaMaxTunable].some((setting) => isSet(setting, undefined, { env, jvmFlags: [] }));
  if (allocator !== 'glibc' || isLimited) return configuration;
  const limit = String(arenasPerCore * cores);
  const simulated = write([[arenaMaxTunable, limit]], env).env;
  return { ...configuration, env: { ...env, ...simulated }, simulatedTunable: spell(arenaMaxTunable, limit) };
}
