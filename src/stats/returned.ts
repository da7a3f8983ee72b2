import type { RegionKind } from '../model/region-kinds.ts';
import type { Cell, PhaseSample } from '../model/result.ts';
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

/** Parts of RSS that no allocator has: they grow with the code that runs, and no setting of malloc gives them back. */
const besideAllocator: ReadonlySet<string> = new Set<RegionKind>([
  'java heap',
  'metaspace',
  'code cache',
  'cds',
  'gc',
  'thread stacks',
  'go runtime',
  'jvm other',
  'mapped files',
  'libraries',
  'shared memory',
]);

/** RSS that an allocator has, and what nobody could place; undefined where the parts were not read. */
export function allocatorRssBytes({ partsRssBytes }: PhaseSample): number | undefined {
  if (!partsRssBytes) return undefined;
  return Object.entries(partsRssBytes).reduce((sum, [kind, rssBytes]) => sum + (besideAllocator.has(kind) ? 0 : rssBytes), 0);
}

/**
 * Growth of the allocator's RSS from baseline to `settled` that growth of live bytes does not explain, in bytes: freed and still resident. Where the parts of RSS
 * were not read at both, native RSS stands for the allocator's. Undefined where live bytes are not counted, for RSS alone cannot tell kept from used, and where
 * neither is known.
 */
export function retainedBytes({ phases: { baseline, settled } }: Cell): number | undefined {
  if (baseline?.liveBytes === undefined || settled?.liveBytes === undefined) return undefined;
  const grownBytes = growthOf(allocatorRssBytes) ?? growthOf(({ nativeRssBytes }) => nativeRssBytes);
  return grownBytes === undefined ? undefined : grownBytes - (settled.liveBytes - baseline.liveBytes);

  function growthOf(figure: (sample: PhaseSample) => number | undefined): number | undefined {
    const [before, after] = [baseline && figure(baseline), settled && figure(settled)];
    return before === undefined || after === undefined ? undefined : after - before;
  }
}

/** What the program used from baseline to the end of the burst; undefined where it was not measured. */
export function burstUse(cell: Cell, figure: 'cpuMs' | 'minorFaults' | 'majorFaults'): number | undefined {
  const { baseline, loaded } = cell.phases;
  const [before, after] = [baseline?.[figure], loaded?.[figure]];
  return before === undefined || after === undefined ? undefined : after - before;
}
