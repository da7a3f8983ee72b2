import type { ConfigurationEntry, ConfigurationGroup } from './allocator.ts';
import { type AllocatorKey, allocatorKeys, type RunnableName, runnable } from './registry.ts';
import { write } from './setting.ts';

/** An allocator with its settings: what one cell runs under. */
export interface Configuration {
  key: string;
  allocator: RunnableName;
  /** The user's own build, to be preloaded: an absolute path. */
  library?: string;
  aliases: readonly string[];
  env: Readonly<Record<string, string>>;
  jvmFlags: readonly string[];
  /** The part of GLIBC_TUNABLES that stands for another host, and is nothing to ship. */
  simulatedTunable?: string;
  /** With which it is run, other than with `all`. */
  group?: ConfigurationGroup;
  /** What it changes, in a clause. */
  summary: string;
}

export const configurations: readonly Configuration[] = allocatorKeys.flatMap((allocator) =>
  Object.entries(runnable[allocator].configurations).map(([key, entry]) => toConfiguration(key, allocator, entry)),
);

/** Those of a group; without one, those of `all`. */
export function configurationsOf(group: ConfigurationGroup | undefined): readonly Configuration[] {
  return configurations.filter((configuration) => configuration.group === group);
}

/** Keys of all that a program could be shipped with; the mmap allocator is an instrument, and takes part when it is named. */
export const shippable: readonly string[] = configurationsOf(undefined)
  .filter(({ allocator }) => !runnable[allocator].isInstrument)
  .map(({ key }) => key);

function toConfiguration(
  key: string,
  allocator: AllocatorKey,
  { summary, assignments = [], aliases = [], group }: ConfigurationEntry,
): Configuration {
  return { key, allocator, aliases, ...write(assignments), ...(group === undefined ? {} : { group }), summary };
}
