import type { Cell } from '../model/result.ts';

/**
 * Why no other cell of a run can work: its first one did not get as far as the end of the burst, whatever the configuration. Undefined where another may: one that was
 * killed, such as by the OOM killer, has met a bound that a smaller one keeps to.
 */
export function whyHopeless({ state, reason, phases, end, configuration }: Cell): string | undefined {
  if ((state !== 'failed' && state !== 'timeout') || phases.loaded) return undefined;
  if (state === 'failed' && end?.signal !== undefined) return undefined;
  return `The first cell, of ${configuration}, did not work, so no other was run. ${reason ?? ''}`.trim();
}
