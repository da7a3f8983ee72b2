import { type CounterSnapshot, pastTheLibrary, whyLiveIsWrong, withoutLive } from '../model/counters.ts';
import type { Cell, PhaseSample } from '../model/result.ts';
import { formatMiB } from '../model/units.ts';
import { retainedBytes } from './returned.ts';

/**
 * The cell without its live bytes where they cannot be right, and with the reason. The meter counts calls: blocks of an interface that only their
 * allocator has go past it, and are missing where they came or where they went.
 */
export function withCredibleLiveBytes(cell: Cell): Cell {
  const reason = whyImpossible(cell);
  if (reason === undefined) return cell;
  const { timeline, counters, ...rest } = cell;
  const { liveBytes: _live, ...curves } = timeline ?? {};
  return {
    ...rest,
    ...(timeline ? { timeline: curves as typeof timeline } : {}),
    ...(counters ? { counters: withoutLive(counters as unknown as CounterSnapshot) } : {}),
    phases: Object.fromEntries(Object.entries(cell.phases).map(([name, phase]) => [name, withoutLivePhase(phase)])),
    liveWithdrawn: reason,
  };
}

function whyImpossible(cell: Cell): string | undefined {
  for (const [name, { liveBytes }] of Object.entries(cell.phases)) {
    if (liveBytes !== undefined && liveBytes < 0)
      return `Live bytes are not shown: the counters say ${formatMiB(liveBytes)} MiB at ${name}, less than nothing. ${cause}`;
  }
  const [retained, rss] = [retainedBytes(cell), cell.phases.settled?.nativeRssBytes];
  if (retained !== undefined && rss !== undefined && retained > rss)
    return `Live bytes are not shown: by them ${formatMiB(retained)} MiB would be retained of a native RSS of ${formatMiB(rss)}. ${cause}`;
  const wrong = cell.counters && whyLiveIsWrong(cell.counters as unknown as CounterSnapshot);
  return wrong && `Live bytes are not shown: ${wrong}`;
}

const cause = `${pastTheLibrary} See docs/counters.md.`;

function withoutLivePhase({ liveBytes: _live, liveMappedBytes: _mapped, ...phase }: PhaseSample): PhaseSample {
  return phase;
}
