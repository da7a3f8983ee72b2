import type { ConfigurationEntry } from './allocator.ts';
import { type AllocatorKey, allocatorKeys, runnable } from './registry.ts';
import { write } from './setting.ts';

/** An allocator with its settings: what one cell runs under. */
export interface Configuration {
  key: string;
  allocator: AllocatorKey;
  aliases: readonly string[];
  env: Readonly<Record<string, string>>;
  jvmFlags: readonly string[];
  /** The part of GLIBC_TUNABLES that stands for another host, and is nothing to ship. */
  simulatedTunable?: string;
  /** What it changes, in a clause. */
  summary: string;
}

export const configurations: readonly Configuration[] = allocatorKeys.flatMap((allocator) =>
  Object.entries(runnable[allocator].configurations).map(([key, entry]) => toConfiguration(key, allocator, entry)),
);

/** Keys of all that a program could be shipped with; the mmap allocator is an instrument, and takes part when it is named. */
export const shippable: readonly string[] = configurations
  .filter(({ allocator }) => !runnable[allocator].isInstrument)
  .map(({ key }) => key);

function toConfiguration(
  key: string,
  allocator: AllocatorKey,
  { summary, assignments = [], aliases = [] }: ConfigurationEntry,
): Configuration {
  return { key, allocator, aliases, ...write(assignments), summary };
}
