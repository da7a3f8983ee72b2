import { seededRandom, shuffle } from '../stats/random.ts';
import type { Configuration } from './configurations.ts';
import { configurations as listed } from './configurations.ts';
import { parseConfigurations } from './parse-configurations.ts';
import { runnable } from './registry.ts';
import { type Assignment, write } from './setting.ts';

/** As an item of `--allocator`, from which the same configuration is read again. */
export function itemOf({ key, allocator, library, env, jvmFlags }: Configuration): string {
  if (listed.some((one) => one.key === key)) return key;
  const settings = [...Object.entries(env).map(([name, value]) => `${name}=${value}`), ...jvmFlags];
  // With settings and no name of its own it is called by them.
  const base = key.includes('+') ? allocator : `${key}=${library ?? allocator}`;
  return [base, ...settings].join(',');
}

/**
 * All settings to search: the given configurations, then each combination of the settings that their allocators declare (`space`), in a random order. A library of the
 * user's is taken as it is given.
 */
export function spaceOf(given: readonly Configuration[], seed: number): Configuration[] {
  const allocators = new Set(given.flatMap(({ allocator, library }) => (library === undefined ? allocator : [])));
  const known = new Set(given.filter(({ library }) => library === undefined).map(contentOf));
  const combined = [...allocators].flatMap((allocator) =>
    combinationsOf(runnable[allocator].space ?? []).flatMap((assignments) => {
      const { env, jvmFlags } = write(assignments);
      const settings = [...Object.entries(env).map(([name, value]) => `${name}=${value}`), ...jvmFlags];
      const found = settings.length === 0 ? [] : parseConfigurations([allocator, ...settings].join(','));
      return found.filter((configuration) => !known.has(contentOf(configuration)));
    }),
  );
  return [...given, ...shuffle(combined, seededRandom(seed))];
}

function contentOf({ allocator, env, jvmFlags }: Configuration): string {
  return JSON.stringify([allocator, Object.entries(env).sort(), [...jvmFlags].sort()]);
}

function combinationsOf(axes: readonly (readonly (readonly Assignment[])[])[]): Assignment[][] {
  return axes.reduce<Assignment[][]>(
    (found, choices) => found.flatMap((before) => choices.map((choice) => [...before, ...choice])),
    [[]],
  );
}
