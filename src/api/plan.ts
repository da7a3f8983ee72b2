import { join } from 'node:path';
import type { Configuration } from '../allocators/configurations.ts';
import { type Location, locateConfigurations } from '../allocators/locate.ts';
import { findEarlierTimes, timesOf } from '../experiment/earlier-times.ts';
import { type OwnPrograms, withOwnProgram } from '../experiment/own-program.ts';
import { settingsOf, whySkipped } from '../experiment/planned-cell.ts';
import type { Jdk } from '../jvm/java-home.ts';
import type { ResultFile, Scenario } from '../model/result.ts';
import type { PlannedConfiguration, RunPlan } from '../model/run-plan.ts';
import { execaRunner } from '../process/execa-runner.ts';
import { cacheFolder } from '../process/paths.ts';

export interface PlanRequest extends Pick<RunPlan, 'rounds' | 'isAtMost' | 'timeoutMs'> {
  configurations: readonly Configuration[];
  scenario: Scenario;
  jdk: Jdk | undefined;
  /** Of variants. */
  programs?: OwnPrograms | undefined;
  /** A result whose cells tell how long one takes, and its file. */
  resumed?: { result: ResultFile; file: string } | undefined;
}

/** What a run would do on this machine. The program is not started. */
export async function planRun(request: PlanRequest): Promise<RunPlan> {
  const { configurations, scenario, programs, resumed, rounds, isAtMost, timeoutMs } = request;
  const located = await locateConfigurations(configurations, execaRunner);
  const scenarios = configurations.map(({ key }) => withOwnProgram(scenario, programs?.get(key)));
  const known = resumed
    ? timesOf(resumed.result, scenarios, resumed.file)
    : await findEarlierTimes(scenarios, join(cacheFolder(), 'results'));
  return {
    ...{ rounds, isAtMost, timeoutMs, scenario },
    configurations: located.map((one) => planConfiguration(one, request)),
    ...(known ? { known } : {}),
  };
}

function planConfiguration(
  { configuration, location }: { configuration: Configuration; location: Location },
  { jdk, programs }: PlanRequest,
): PlannedConfiguration {
  const program = programs?.get(configuration.key);
  const skipped = whySkipped({ configuration, location }, program ? program.jdk : jdk);
  const planned = {
    key: configuration.key,
    settings: settingsOf(configuration),
    ...(program ? { command: [...program.command] } : {}),
  };
  if (skipped !== undefined || !location.found) return { ...planned, skipped: skipped ?? '' };
  const { library, version } = location;
  return { ...planned, library, ...(version === undefined ? {} : { version }) };
}
