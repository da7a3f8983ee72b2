import type { Scenario } from '../model/result.ts';
import { type AnnouncedOptions, announcedScript } from './announced-script.ts';
import { drivenScript } from './driven-script.ts';
import type { CellScript } from './script-context.ts';

/** Who brings the phases of a scenario about: the program by its phase lines alone, or offheap. */
export function scriptOf(scenario: Scenario, onReached: NonNullable<AnnouncedOptions['onReached']>): CellScript {
  if (scenario.name === 'java-repro') return announcedScript({ onReached });
  const { ready, load, durationMs, graceMs, step } = scenario;
  const isDriven = ready !== undefined || load !== undefined || durationMs !== undefined;
  return isDriven ? drivenScript(scenario) : announcedScript({ onReached, graceMs, step });
}
