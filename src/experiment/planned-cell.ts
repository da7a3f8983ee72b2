import type { Configuration } from '../allocators/configurations.ts';
import { firstJdksOf } from '../allocators/jvm-presets.ts';
import type { LaunchConfiguration } from '../allocators/launch.ts';
import type { Jdk } from '../jvm/java-home.ts';
import type { PhaseName } from '../model/phase.ts';
import type { Cell, Scenario, Settings } from '../model/result.ts';
import type { OwnProgram } from './own-program.ts';

/** A cell that is still to be run. */
export interface PlannedCell extends LaunchConfiguration {
  scenario: Scenario;
  /** Of a variant, whose command the scenario has. */
  program?: OwnProgram | undefined;
  /** Counts from 1. */
  repeat: number;
  /** The phase at which its program is kept, and not trimmed, until offheap is interrupted; undefined: it runs to its end. */
  hold: PhaseName | undefined;
  /** Whether the process is proved to run as configured and a JVM is asked for its heap, which costs the JVM some MiB of its own. */
  attach: boolean;
  /** Whether zlib's states are counted at the end of the burst. */
  census: boolean;
}

/** Why a cell cannot be tried on this machine and JDK, with the cure; undefined when it can. */
export function whySkipped(
  { configuration, location }: Pick<PlannedCell, 'configuration' | 'location'>,
  jdk: Jdk | undefined,
): string | undefined {
  if (!location.found) return location.reason;
  if (!jdk) return undefined;
  for (const flag of configuration.jvmFlags) {
    const name = /^-XX:[+-]?(\w+)/.exec(flag)?.[1];
    if (name !== undefined && !jdk.flags.has(name)) {
      const since = firstJdksOf(name);
      return `JDK ${jdk.version} has no ${name}${since === undefined ? '' : ` (JDK ${since})`}. Run with another one by --java=HOME, or leave it out.`;
    }
  }
  return undefined;
}

/** A cell of which nothing was measured: it could not be tried, or its program could not be started. */
export function unmeasuredCell(planned: PlannedCell, state: 'skipped' | 'failed', reason: string): Cell {
  return { ...plannedFields(planned), state, reason, phases: {}, notes: [] };
}

/** What a cell has from the plan. */
export function plannedFields({
  configuration,
  scenario,
  repeat,
}: PlannedCell): Pick<Cell, 'configuration' | 'allocator' | 'settings' | 'scenario' | 'repeat'> {
  const { key, allocator } = configuration;
  return { configuration: key, allocator, settings: settingsOf(configuration), scenario, repeat };
}

export function settingsOf({ env, jvmFlags, library, simulatedTunable }: Configuration): Settings {
  return {
    env: { ...env },
    jvmFlags: [...jvmFlags],
    ...(library === undefined ? {} : { library }),
    ...(simulatedTunable === undefined ? {} : { simulatedTunable }),
  };
}
