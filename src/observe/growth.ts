import type { Evidence, GrowthEvidence } from '../model/doctor.ts';
import { OffheapError } from '../model/errors.ts';
import type { Glance } from '../stats/glance.ts';
import { compareLooks } from '../stats/look-difference.ts';
import { blocksInUseBytes } from '../stats/process-figures.ts';
import { type CollectOptions, collectEvidence } from './evidence.ts';

/**
 * Looks again at the process of an earlier look, and adds what has changed since. The caller waits between the two.
 *
 * @param glances at it between the two looks
 * @param complete adds to the second look what collectEvidence does not tell
 * @throws OffheapError as collectEvidence does; PROCESS_ENDED when another process has the pid now.
 */
export async function takeSecondLook(
  first: Evidence,
  options: CollectOptions,
  glances: readonly Glance[] = [],
  complete: (look: Evidence) => Promise<Evidence> = async (look) => look,
): Promise<Evidence & { growth: GrowthEvidence }> {
  const inUseBeforeBytes = first.malloc && blocksInUseBytes(first.malloc);
  const second = await complete(await collectEvidence(first.pid, { ...options, inUseBeforeBytes }));
  // A process that began after the first look is another one. The clock of the start has ticks of 10 ms.
  if (second.uptimeMs + startSlackMs < first.uptimeMs + Date.parse(second.takenAt) - Date.parse(first.takenAt)) {
    throw new OffheapError(
      'PROCESS_ENDED',
      `Process ${first.pid} has ended since the first look, and its pid is another process now.`,
    );
  }
  return { ...second, growth: compareLooks(first, second, glances) };
}

const startSlackMs = 1000;
