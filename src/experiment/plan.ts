import type { Configuration } from '../allocators/configurations.ts';
import type { LaunchConfiguration } from '../allocators/launch.ts';
import type { Jdk } from '../jvm/java-home.ts';
import type { Cell, Scenario, Settings } from '../model/result.ts';

/** One cell to run. */
export interface CellPlan extends LaunchConfiguration {
  scenario: Scenario;
  /** Counts from 1. */
  repeat: number;
  /** Whether its JVM is kept at `settled`, and not trimmed, until offheap is interrupted. */
  hold: boolean;
  /** Whether the process is proved to run as configured and a JVM is asked for its heap, which costs the JVM some MiB of its own. */
  attach: boolean;
  /** Whether zlib's states are counted at the end of the burst. */
  census: boolean;
}

/** Why a planned cell cannot be tried on this machine and JDK, with the cure; undefined when it can. */
export function whySkipped({ configuration, location }: CellPlan, jdk: Jdk | undefined): string | undefined {
  if (!location.found) return location.reason;
  if (!jdk) return undefined;
  for (const flag of configuration.jvmFlags) {
    const name = /^-XX:[+-]?(\w+)/.exec(flag)?.[1];
    if (name !== undefined && !jdk.flags.has(name)) {
      return `JDK ${jdk.version} has no ${name}. Run with a newer one (repro: --java=HOME; TrimNativeHeapInterval came with 17.0.15, 21.0.3 and 22).`;
    }
  }
  return undefined;
}

/** What of a plan its cell repeats. */
export function describePlan({
  configuration,
  scenario,
  repeat,
}: CellPlan): Pick<Cell, 'configuration' | 'allocator' | 'settings' | 'scenario' | 'repeat'> {
  const { key, allocator } = configuration;
  return { configuration: key, allocator, settings: settingsOf(configuration), scenario, repeat };
}

export function settingsOf({ env, jvmFlags, simulatedTunable }: Configuration): Settings {
  return { env: { ...env }, jvmFlags: [...jvmFlags], ...(simulatedTunable === undefined ? {} : { simulatedTunable }) };
}
