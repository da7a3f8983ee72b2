import type { Configuration } from '../allocators/configurations.ts';
import { launchUnder, ownCounterOf } from '../allocators/launch.ts';
import { findConfiguration } from '../allocators/locate.ts';
import { OffheapError } from '../model/errors.ts';
import type { ProcessRunner } from '../process/runner.ts';

/** How a program is started to be traced, or counted. */
export interface TraceLaunch {
  command: string;
  args: readonly string[];
  /** Its environment, without LD_PRELOAD. */
  env: Readonly<Record<string, string>>;
  /** LD_PRELOAD of the program; strace itself runs without it. */
  preload: string | undefined;
}

/** A program as a shell would start it, in the environment of offheap itself. */
export function plainLaunch([command = '', ...args]: readonly string[]): TraceLaunch {
  const { LD_PRELOAD: preload, ...inherited } = process.env;
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(inherited)) if (value !== undefined) env[name] = value;
  return { command, args, env, preload };
}

/** @param privateFolder of this run alone: where the mmap allocator counts, and what LD_PRELOAD names. */
export async function configuredLaunch(
  configuration: Configuration,
  words: readonly string[],
  { privateFolder, runner }: { privateFolder: string; runner: ProcessRunner },
): Promise<TraceLaunch> {
  const location = await findConfiguration(configuration, runner);
  if (!location.found) throw new OffheapError('MISSING_TOOL', location.reason);
  const launch = launchUnder({ configuration, location, counter: ownCounterOf(configuration) }, words, { privateFolder });
  const { LD_PRELOAD: preload, ...env } = launch.env;
  return { command: launch.command, args: launch.args, env, preload };
}
