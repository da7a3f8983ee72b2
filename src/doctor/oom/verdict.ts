import type { ContainerPart } from '../../model/container.ts';
import type {
  ExplainedKill,
  GroupWitness,
  KernelLogWitness,
  LooksWitness,
  OomKill,
  OomResult,
  PageWitness,
} from '../../model/oom.ts';
import { formatMiB, formatSmallMiB, formatUptime } from '../../model/units.ts';

/** What an answer is made of. */
export interface OomFacts {
  target: OomResult['target'];
  log: KernelLogWitness;
  kill?: ExplainedKill | undefined;
  others: readonly OomKill[];
  group?: GroupWitness | undefined;
  takenAt: string;
  page?: PageWitness | undefined;
  looks?: LooksWitness | undefined;
  /** When the log begins, since 1970. */
  beginsUnixMs?: number | undefined;
}

/** As they stand in a sentence. */
const names: Partial<Record<ContainerPart, string>> = {
  'other processes': 'of other processes',
  'of no process seen': 'of processes that the report does not list',
  'shared memory': 'of shared memory and files on a tmpfs',
  kernel: 'of the kernel',
};
const partsNamed = 3;
const leastNamedShare = 0.05;
const pidsListed = 10;

/** Whether there was a kill, and as far as it is known who, when and why. */
export function describeOom(facts: OomFacts): Pick<OomResult, 'outcome' | 'verdict'> {
  const { kill } = facts;
  if (kill) return { outcome: 'killed', verdict: [describeWho(kill, facts.takenAt), describeWhy(kill)].join(' ') };
  return withoutReport(facts);
}

export function nameVictim({ victim, chosen }: Pick<ExplainedKill, 'victim' | 'chosen'>): string {
  if (victim) return `${victim.name} (pid ${victim.pid})`;
  return chosen
    ? `a process, probably ${chosen.name} (pid ${chosen.pid}) or a child of it`
    : 'a process that the log does not name';
}

function describeWho(kill: ExplainedKill, takenAt: string): string {
  const { at, sinceBootMs, path, victim } = kill;
  const agoMs = at === undefined ? undefined : Date.parse(takenAt) - Date.parse(at);
  const ago = agoMs === undefined || agoMs < 0 ? '' : `, ${formatUptime(agoMs)} ago`;
  const sinceBoot = sinceBootMs === undefined ? '' : ` ${formatUptime(sinceBootMs)} after the boot`;
  const when = at === undefined ? sinceBoot : ` at ${at.replace(/\.\d+Z$/, 'Z')}${ago}`;
  const where = path === undefined || path === '/' ? '' : `, in ${path}`;
  const who = `The kernel killed ${nameVictim(kill)}${when}${where}.`;
  const sizes = victim && describeSizes(victim);
  return sizes === undefined ? who : `${who} ${sizes}`;
}

function describeSizes({
  rssBytes,
  anonBytes,
  fileBytes,
  shmemBytes,
  swapBytes,
}: NonNullable<ExplainedKill['victim']>): string | undefined {
  if (rssBytes === undefined) return undefined;
  const parts = [
    ...(anonBytes === undefined ? [] : [`${formatSmallMiB(anonBytes)} anonymous`]),
    ...(fileBytes === undefined ? [] : [`${formatSmallMiB(fileBytes)} of files`]),
    ...(shmemBytes === undefined ? [] : [`${formatSmallMiB(shmemBytes)} shared`]),
  ];
  const swapped = swapBytes === undefined || swapBytes === 0 ? '' : `, and ${formatSmallMiB(swapBytes)} MiB in swap`;
  return `It had ${formatSmallMiB(rssBytes)} MiB resident${parts.length === 0 ? '' : ` (${parts.join(', ')})`}${swapped}.`;
}

function describeWhy(kill: ExplainedKill): string {
  const { constraint, host, memoryNodes } = kill;
  switch (constraint) {
    case 'memcg':
      return describeLimit(kill);
    case 'none': {
      const { ramBytes, swapBytes, freeSwapBytes } = host ?? {};
      const ram = ramBytes === undefined ? '' : ` of ${formatMiB(ramBytes)} MiB of RAM`;
      const swap =
        swapBytes === undefined
          ? ''
          : swapBytes === 0
            ? ' It has no swap.'
            : ` Of ${formatMiB(swapBytes)} MiB of swap ${formatMiB(freeSwapBytes ?? 0)} were free.`;
      return `The whole machine${ram} had no memory left: it was no limit of a container.${swap}`;
    }
    case 'cpuset':
    case 'memory policy': {
      const nodes = memoryNodes === undefined ? 'The memory nodes' : `Memory node ${memoryNodes}`;
      const by = constraint === 'cpuset' ? 'its cpuset' : 'its memory policy';
      return `${nodes} had no memory left, and ${by} allows no other: it was no limit of a container, and other nodes may have had memory.`;
    }
    default:
      return 'Whether a limit was reached or the whole machine had no memory left, the log does not say.';
  }
}

function describeLimit(kill: ExplainedKill): string {
  const { limitBytes, usageBytes, path, limitPath, account } = kill;
  const isAbove = limitPath !== undefined && path !== undefined && limitPath !== path;
  const whose = isAbove ? `${limitPath}, a group above its own,` : 'Its group';
  if (usageBytes === undefined || limitBytes === undefined)
    return isAbove ? `The limit of ${limitPath}, a group above its own, was reached.` : 'The limit of its group was reached.';
  const most = account ? describeParts(kill, limitBytes) : '';
  return `${whose} had ${formatMiB(usageBytes)} of ${formatMiB(limitBytes)} MiB, its limit${most}.`;
}

function describeParts({ account, victim }: ExplainedKill, limitBytes: number): string {
  const named = (account?.parts ?? [])
    .filter(({ bytes }) => bytes >= leastNamedShare * limitBytes)
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, partsNamed)
    .map(({ kind, bytes }) => {
      const [first] = account?.others ?? [];
      if (kind === 'other processes' && first) return `${formatMiB(bytes)} of other processes (${first.name})`;
      if (kind === 'this process') return `${formatMiB(bytes)} anonymous of ${victim?.name}`;
      return `${formatMiB(bytes)} ${names[kind] ?? `of ${kind}`}`;
    });
  return named.length === 0 ? '' : `: ${named.join(', ')}`;
}

/** Without a report of the kernel a group's own count is the witness. */
function withoutReport(facts: OomFacts): Pick<OomResult, 'outcome' | 'verdict'> {
  const { group, log } = facts;
  const { own, below = 0 } = group?.oomKills ?? {};
  const kills = (own ?? 0) + below;
  const what = describeTarget(facts);
  if (group && own !== undefined && kills > 0) {
    const why = log.state === 'unread' ? `the kernel’s log could not be read: ${log.reason}` : `${nameLog(log)} has none of them`;
    return {
      outcome: 'killed',
      verdict: `${group.path} has counted ${counted(kills)} since it was made, but ${why}${/[.]$/.test(why) ? '' : '.'}`,
    };
  }
  if (group && own !== undefined) return { outcome: 'no-kill', verdict: `${group.path} has counted no kill since it was made.` };
  if (log.state === 'unread') {
    const alone = describeGone(facts);
    return {
      outcome: 'unknown',
      verdict: `Nobody can tell whether the kernel killed ${what}: ${log.reason}${/[.]$/.test(log.reason ?? '') ? '' : '.'}${alone}`,
    };
  }
  const known = describeOthers(facts);
  if (log.state === 'whole') return { outcome: 'no-kill', verdict: `${nameLog(log)} has no kill of ${what}.${known}` };
  const since = facts.beginsUnixMs === undefined ? '' : ` at ${new Date(facts.beginsUnixMs).toISOString().replace(/\.\d+Z$/, 'Z')}`;
  return {
    outcome: 'unknown',
    verdict: `${nameLog(log)} has no kill of ${what}, but it begins${since}: what was before is gone.${known}`,
  };
}

export function counted(kills: number): string {
  return kills === 1 ? '1 kill' : `${kills} kills`;
}

function describeTarget({ target: { pid, cgroup, container } }: OomFacts): string {
  if (pid !== undefined) return `process ${pid}`;
  if (cgroup !== undefined) return `a process of ${cgroup}`;
  return container === undefined ? 'a process' : `a process of container ${container}`;
}

function describeGone({ target: { cgroup, container }, group }: OomFacts): string {
  return (cgroup ?? container) === undefined || group ? '' : ' The group is gone too.';
}

/** The pids are the host's: a user may have a container's own. */
function describeOthers({ target, others }: OomFacts): string {
  if (others.length === 0) return '';
  const listed = others.slice(0, pidsListed).flatMap(({ victim }) => (victim ? [`${victim.pid} (${victim.name})`] : []));
  const namespace = target.pid === undefined ? '' : ' Pids are those of the host, not of a container.';
  return ` It has kills of ${listed.join(', ')}${others.length > pidsListed ? ' and others' : ''}.${namespace}`;
}

export function nameLog({ path }: KernelLogWitness): string {
  return path === '/dev/kmsg' ? 'The kernel’s log' : path;
}
