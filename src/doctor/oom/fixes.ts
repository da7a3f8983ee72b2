import type { ContainerPart } from '../../model/container.ts';
import type { Fix } from '../../model/doctor.ts';
import type { ExplainedKill, LooksWitness, OomResult, PageWitness } from '../../model/oom.ts';
import { bytesPerMiB, formatMiB } from '../../model/units.ts';
import { isJava } from './notes.ts';
import type { OomFacts } from './verdict.ts';

/** What is needed to leave traces before the next kill. */
export interface Traces {
  /** libmeter.so; undefined where there is none for this machine. */
  meterPath?: string | undefined;
}

/** On a disk: a tmpfs counts against the limit, and ends with its container. */
export const pagesFolder = '/var/tmp/offheap';
export const looksFolder = '/var/tmp/offheap-looks';
/** Of the limit. */
const largeShare = 0.2;
const notableShare = 0.1;

/** What to do, the best first; at last what lets the next kill be explained. */
export function fixesAfter(
  outcome: OomResult['outcome'],
  { kill, page, looks }: Pick<OomFacts, 'kill' | 'page' | 'looks'>,
  traces: Traces,
): Fix[] {
  if (outcome !== 'killed') return [];
  return [...(kill ? fixesFor(kill, page, looks) : []), ...leaveTraces(page, traces), ...(looks ? [] : [keepLooks])];
}

function fixesFor(kill: ExplainedKill, page: PageWitness | undefined, looks: LooksWitness | undefined): Fix[] {
  if (kill.constraint === 'none') return ofHost(kill);
  if (kill.constraint === 'cpuset' || kill.constraint === 'memory policy')
    return [{ action: 'Let the program use memory of other nodes too (cpuset.mems, numactl), or move what fills this one.' }];
  const { account, limitBytes } = kill;
  if (!account || limitBytes === undefined) return [];
  const bytesOf = (...kinds: ContainerPart[]) =>
    account.parts.reduce((sum, { kind, bytes }) => sum + (kinds.includes(kind) ? bytes : 0), 0);
  const isLarge = (bytes: number, share = largeShare) => bytes >= share * limitBytes;
  const shared = bytesOf('shared memory');
  const others = bytesOf('other processes');
  const kernel = bytesOf('kernel', 'slab, unreclaimable', 'kernel stacks', 'page tables', 'sockets');
  // Where the log does not name the victim, it is one of the others.
  const own = kill.victim ? bytesOf('this process') : others;
  const fixes: [number, Fix[]][] = [
    [isLarge(own) ? own : 0, ofVictim(kill, page, looks)],
    [isLarge(shared, notableShare) ? shared : 0, ofShared(kill, shared)],
    [kill.victim && isLarge(others) ? others : 0, ofOthers(kill, others)],
    [isLarge(kernel, notableShare) ? kernel : 0, [ofKernel(kernel)]],
    [isLarge(account.dirtyBytes ?? 0, notableShare) ? (account.dirtyBytes ?? 0) : 0, [ofDirty(account.dirtyBytes ?? 0)]],
  ];
  return fixes
    .filter(([bytes]) => bytes > 0)
    .sort(([a], [b]) => b - a)
    .flatMap(([, fix]) => fix);
}

function ofVictim(kill: ExplainedKill, page: PageWitness | undefined, looks: LooksWitness | undefined): Fix[] {
  const anonBytes = kill.victim?.anonBytes ?? 0;
  const malloc = page?.liveBytes ?? 0;
  if (malloc > anonBytes / 2)
    return [
      {
        action:
          'Most of it are blocks of malloc. Find who allocates them while the next process runs: offheap doctor PID --for=30s, then --stacks.',
      },
    ];
  if (looks?.javaHeapRssBytes !== undefined)
    return looks.javaHeapRssBytes > anonBytes / 2 ? ofHeap(kill, looks) : [ofNative(looks)];
  if (!isJava(kill)) return [{ action: 'Give the program less to hold, or the group a higher limit.' }];
  return [
    {
      action:
        'Find out which of both fills the next one, Java heap or native memory, while it runs: offheap doctor PID. It also names the largest heap that fits below the limit.',
    },
  ];
}

/** With the largest heap for which the limit has room, where the JVM was asked what its heap may become. */
function ofHeap(
  { limitBytes = 0, usageBytes = 0 }: ExplainedKill,
  { maxHeapBytes = 0, javaHeapRssBytes = 0 }: LooksWitness,
): Fix[] {
  const besideBytes = Math.max(0, usageBytes - javaHeapRssBytes);
  const fitsMiB = Math.floor((limitBytes - besideBytes) / bytesPerMiB);
  if (fitsMiB <= 0 || maxHeapBytes <= fitsMiB * bytesPerMiB)
    return [
      {
        action: `Most of it was Java heap, ${formatMiB(javaHeapRssBytes)} MiB at the last look. Make it smaller, or the limit higher.`,
      },
    ];
  return [
    {
      action: `Its Java heap could grow to ${formatMiB(maxHeapBytes)} MiB, and ${formatMiB(besideBytes)} were beside it below the limit of ${formatMiB(limitBytes)}. Bound it by what fits, if nothing else grows.`,
      jvmFlags: [`-Xmx${fitsMiB}m`],
    },
  ];
}

function ofNative({ javaHeapRssBytes = 0 }: LooksWitness): Fix {
  return {
    action: `Of it ${formatMiB(javaHeapRssBytes)} MiB were Java heap at the last look: the rest is native memory. Find who allocates it while the next process runs: offheap doctor PID --for=30s, then --stacks.`,
  };
}

function ofShared({ victim, path }: ExplainedKill, bytes: number): Fix[] {
  const mapped = victim?.shmemBytes ?? 0;
  if (mapped > bytes / 2)
    return [
      { action: `The killed process had ${formatMiB(mapped)} MiB of it mapped: a heap of ZGC, or shared memory that it made.` },
    ];
  const where = path === undefined ? '' : ' in its container';
  return [
    {
      action: `${formatMiB(bytes)} MiB are files on a tmpfs, or shared memory, and stay when a process ends. Find them${where}, and delete them or put them on a disk (in Kubernetes: an emptyDir without medium: Memory).`,
      command: 'df -t tmpfs',
    },
  ];
}

function ofOthers({ account, victim }: ExplainedKill, bytes: number): Fix[] {
  const [first] = account?.others ?? [];
  if (!first) return [{ action: `Other processes take ${formatMiB(bytes)} MiB of the same limit. Raise it by that.` }];
  const size = account?.others.length === 1 ? formatMiB(bytes) : `${formatMiB(first.bytes)} of the ${formatMiB(bytes)}`;
  const who =
    first.processes === 1 ? `Another process, ${first.name}, takes` : `${first.processes} other processes named ${first.name} take`;
  const have = `${who} ${size} MiB${account?.others.length === 1 ? '' : ' that others take'} from the same limit.`;
  if (first.name === victim?.name) return [{ action: `${have} Run fewer of them, or raise the limit.` }];
  return [{ action: `${have} Give it a container of its own, or raise the limit by that.` }];
}

function ofKernel(bytes: number): Fix {
  return {
    action: `${formatMiB(bytes)} MiB are memory of the kernel: names of files, sockets, page tables or stacks of threads. While the next container lives, its table says which: offheap doctor PID.`,
  };
}

function ofDirty(bytes: number): Fix {
  return {
    action: `${formatMiB(bytes)} MiB were written faster than the disk takes them. Write less at once, or raise the limit; a group of cgroup v2 slows its writers down.`,
  };
}

function ofHost({ processes }: ExplainedKill): Fix[] {
  const named = processes.slice(0, 3).map(({ name, rssBytes }) => `${name} ${formatMiB(rssBytes)}`);
  const largest = named.length === 0 ? '' : ` The largest by name, in MiB: ${named.join(', ')}.`;
  return [
    {
      action: `Bound the programs of this machine by limits whose sum it has room for: then the one that grows is killed at its own.${largest}`,
    },
  ];
}

/** What the process was before, with its command line and flags, which are gone with it. */
const keepLooks: Fix = {
  action: `Keep what an exporter sees of it: then the next kill is told with what had grown, and by how much an hour. Then: offheap doctor --after-oom --looks-dir=${looksFolder}`,
  command: `mkdir -p ${looksFolder} && offheap export --keep-looks=${looksFolder}`,
};

function leaveTraces(page: PageWitness | undefined, { meterPath }: Traces): Fix[] {
  return page || meterPath === undefined
    ? []
    : [
        {
          action: `Let the program leave a counter page: what malloc held at the next kill, by size and thread. ${pagesFolder} has to outlive its container. Then: offheap doctor --after-oom --counters-dir=${pagesFolder}`,
          command: `mkdir -p ${pagesFolder}`,
          environment: { OFFHEAP_COUNTERS_DIR: pagesFolder, LD_PRELOAD: meterPath },
        },
      ];
}
