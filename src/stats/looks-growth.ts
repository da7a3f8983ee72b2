import type { KeptLook, KeptLooks } from '../model/kept-looks.ts';
import type { LooksWitness } from '../model/oom.ts';
import { bytesPerMiB } from '../model/units.ts';

const hourMs = 3_600_000;
const mostRows = 8;
/** Smaller changes explain nothing. */
const leastBytes = bytesPerMiB;

/** What a process had at its first and its last kept look: what changed most is first, under the RSS. */
export function toLooksWitness(kept: KeptLooks, matchedBy: LooksWitness['matchedBy']): LooksWitness | undefined {
  const { name, pid, command, java, looks } = kept;
  const [first] = looks;
  const last = looks.at(-1);
  if (!first || !last) return undefined;
  const spanMs = Date.parse(last.takenAt) - Date.parse(first.takenAt);
  const before = figuresOf(first);
  const rows = [...figuresOf(last)].map(([part, lastBytes]) => {
    const firstBytes = before.get(part) ?? 0;
    return { part, firstBytes, lastBytes, ...(spanMs > 0 ? { bytesPerHour: ((lastBytes - firstBytes) * hourMs) / spanMs } : {}) };
  });
  const changeOf = ({ firstBytes, lastBytes }: (typeof rows)[number]) => Math.abs(lastBytes - firstBytes);
  const [rss, ...parts] = rows;
  const changed = parts.filter((row) => changeOf(row) >= leastBytes).sort((a, b) => changeOf(b) - changeOf(a));
  return {
    ...{ name, pid, command, matchedBy, looks: looks.length, firstAt: first.takenAt, lastAt: last.takenAt },
    ...(java ? { flags: java.flags } : {}),
    ...(java?.maxHeapBytes === undefined ? {} : { maxHeapBytes: java.maxHeapBytes }),
    ...(last.regions['java heap'] === undefined ? {} : { javaHeapRssBytes: last.regions['java heap'] }),
    growth: [...(rss ? [rss] : []), ...changed.slice(0, mostRows)],
  };
}

/** By name; RSS first. */
function figuresOf({ rssBytes, swapBytes, regions, malloc, meteredLiveBytes, javaHeap, container }: KeptLook): Map<string, number> {
  return new Map([
    ['RSS', rssBytes],
    ...Object.entries(regions),
    ...(swapBytes > 0 ? [['swap', swapBytes] as const] : []),
    ...(malloc ? [['blocks of malloc in use', malloc.liveBytes] as const] : []),
    ...(meteredLiveBytes === undefined ? [] : [['live bytes of the meter', meteredLiveBytes] as const]),
    ...(javaHeap ? [['Java heap in use', javaHeap.usedBytes] as const] : []),
    ...(container ? [['usage of the container', container.usageBytes] as const] : []),
  ]);
}
