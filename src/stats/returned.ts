import type { Cell } from '../model/result.ts';
import { bytesPerMiB } from '../model/units.ts';

/** Below this growth of RSS there is nothing whose return could be measured: it is within what a JVM moves by itself. */
export const smallestBurstBytes = 32 * bytesPerMiB;

/** Growth of RSS from baseline to the end of the burst, in bytes; may be negative by a little. */
export function burstBytes({ phases: { baseline, loaded } }: Cell): number | undefined {
  return baseline && loaded ? loaded.rssBytes - baseline.rssBytes : undefined;
}

/**
 * Share of the burst given back at a phase: (loaded − phase) / (loaded − baseline), 1 when all of it. It can exceed 1 when RSS falls
 * below the baseline and be negative when it goes on growing. Undefined when there was no burst worth the name.
 */
export function returnedShare(cell: Cell, phase: 'settled' | 'trimmed'): number | undefined {
  const { loaded, [phase]: later } = cell.phases;
  const burst = burstBytes(cell);
  if (!loaded || !later || burst === undefined || burst < smallestBurstBytes) return undefined;
  return (loaded.rssBytes - later.rssBytes) / burst;
}

/**
 * Growth of native RSS from baseline to `settled` that growth of live bytes does not explain, in bytes: freed and still resident. Undefined
 * where live bytes are not counted, for RSS alone cannot tell kept from used, and where the Java heap's part is not known.
 */
export function retainedBytes({ phases: { baseline, settled } }: Cell): number | undefined {
  if (baseline?.liveBytes === undefined || settled?.liveBytes === undefined) return undefined;
  if (baseline.nativeRssBytes === undefined || settled.nativeRssBytes === undefined) return undefined;
  return settled.nativeRssBytes - baseline.nativeRssBytes - (settled.liveBytes - baseline.liveBytes);
}

/** What the program used from baseline to the end of the burst; undefined where it was not measured. */
export function burstUse(cell: Cell, figure: 'cpuMs' | 'minorFaults' | 'majorFaults'): number | undefined {
  const { baseline, loaded } = cell.phases;
  const [before, after] = [baseline?.[figure], loaded?.[figure]];
  return before === undefined || after === undefined ? undefined : after - before;
}
