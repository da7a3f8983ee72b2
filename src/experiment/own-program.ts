import type { Jdk } from '../jvm/java-home.ts';
import type { Host, Scenario } from '../model/result.ts';

/** What a variant runs instead of the command of the scenario. */
export interface OwnProgram {
  command: readonly string[];
  /** Of a command that is a `java`; undefined for any other program. */
  jdk: Jdk | undefined;
}

/** By the keys of the configurations that have one. */
export type OwnPrograms = ReadonlyMap<string, OwnProgram>;

/** The scenario with the command of a variant; the phases come about as before. */
export function withOwnProgram(scenario: Scenario, program: OwnProgram | undefined): Scenario {
  if (!program || scenario.name !== 'command') return scenario;
  return { ...scenario, command: [...program.command] };
}

/** The one JDK of all variants; undefined where they have different ones, or one has none. */
export function commonJdk(programs: OwnPrograms): Jdk | undefined {
  const [first, ...others] = [...programs.values()].map(({ jdk }) => jdk);
  return others.every((jdk) => jdk?.home === first?.home) ? first : undefined;
}

/** As the plan has it. */
export function plannedProgram({ command, jdk }: OwnProgram): { command: string[]; jdk?: NonNullable<Host['jdk']> } {
  const program = { command: [...command] };
  return jdk ? { ...program, jdk: { version: jdk.version, vendor: jdk.vendor, home: jdk.home } } : program;
}
