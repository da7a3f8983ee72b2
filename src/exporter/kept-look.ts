import type { KeptLook, KeptLooks } from '../model/kept-looks.ts';
import { keptLooksVersion } from '../model/kept-looks.ts';
import { maxHeapBytesOf } from '../parse/vm-texts.ts';
import { shortenCommand } from '../process/command-line.ts';
import { toolVersion } from '../process/tool-version.ts';
import { mallocRead } from '../stats/malloc-read.ts';
import { blocksInUseBytes } from '../stats/process-figures.ts';
import type { Look, MallocLook, Subject } from './subject.ts';

/** Of the exporter itself. */
export type KeptFrom = Pick<KeptLooks, 'bootId' | 'pidNamespace'>;

/** The figures of a look, as a scrape has them. */
export function toKeptLook(look: Look): KeptLook {
  const { rssBytes, swapBytes, javaHeap, malloc, threads, cgroup } = look;
  return {
    takenAt: new Date(look.takenAtMs).toISOString(),
    rssBytes,
    swapBytes,
    regions: Object.fromEntries(look.regions.map((region) => [region.kind, region.rssBytes])),
    ...(javaHeap ? { javaHeap } : {}),
    ...(malloc ? { malloc: mallocOf(malloc) } : {}),
    ...(threads ? { meteredLiveBytes: [...threads.values()].reduce((sum, bytes) => sum + bytes, 0) } : {}),
    ...containerOf(cgroup),
  };
}

/** What names the process, and what it was started with. */
export function headOf(subject: Subject, look: Look, from: KeptFrom): Omit<KeptLooks, 'looks'> {
  const { pid, startTimeTicks, command, argv, isJvm, memory, place } = subject;
  const flags = memory.answers?.jvm.flags ?? [];
  const maxHeapBytes = maxHeapBytesOf(flags);
  return {
    kind: 'looks',
    schemaVersion: keptLooksVersion,
    tool: { name: 'offheap', version: toolVersion },
    ...from,
    pid,
    startTimeTicks,
    name: command,
    command: shortenCommand(argv),
    isJvm,
    ...(flags.length > 0
      ? { java: { flags: shortenCommand(flags), ...(maxHeapBytes === undefined ? {} : { maxHeapBytes }) } }
      : {}),
    ...(place.containerId === undefined ? {} : { containerId: place.containerId }),
    ...placeOf(look.cgroup),
  };
}

function mallocOf(malloc: MallocLook): NonNullable<KeptLook['malloc']> {
  return { liveBytes: blocksInUseBytes(malloc), freeBytes: malloc.totals.freeBytes, readShare: mallocRead(malloc).share };
}

function containerOf(cgroup: Look['cgroup']): Pick<KeptLook, 'container'> {
  if (cgroup?.usageBytes === undefined) return {};
  const { usageBytes, account, swap, limitHits, oomKills } = cgroup;
  return {
    container: {
      usageBytes,
      ...(account
        ? {
            parts: Object.fromEntries(account.parts.map(({ kind, bytes }) => [kind, bytes])),
            unreclaimableBytes: account.unreclaimableBytes,
          }
        : {}),
      ...(swap?.usedBytes === undefined ? {} : { swapBytes: swap.usedBytes }),
      ...(limitHits === undefined ? {} : { limitHits }),
      ...(oomKills === undefined ? {} : { oomKills }),
    },
  };
}

function placeOf(cgroup: Look['cgroup']): Pick<KeptLooks, 'cgroup'> {
  const limitPath = cgroup?.path;
  if (!cgroup || limitPath === undefined) return {};
  const { version, levels, limitBytes } = cgroup;
  return {
    cgroup: { version, path: levels?.[0]?.path ?? limitPath, limitPath, ...(limitBytes === undefined ? {} : { limitBytes }) },
  };
}
