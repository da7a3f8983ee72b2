import { liveBytesOf } from '../../model/counters.ts';
import type { ExplainedKill, GroupWitness, LiveSizeClass, LooksWitness, OomKill, PageWitness } from '../../model/oom.ts';
import { formatCount, formatMiB, formatSmallMiB, formatUptime } from '../../model/units.ts';
import { joinAnd } from '../join.ts';
import { counted, type OomFacts } from './verdict.ts';

/** The launcher's name, which a JVM keeps in the kernel. */
const javaName = 'java';

export function isJava({ victim, chosen, largest }: ExplainedKill): boolean {
  return (victim ?? chosen ?? largest)?.name === javaName;
}

/** What else is known of a kill, a sentence each. */
export function noteOom(facts: OomFacts): string[] {
  const { kill, group, log, page, looks } = facts;
  if (!kill) return log.suppressed > 0 ? [describeSuppressed(facts)] : [];
  return [
    ...describePage(kill, page, looks),
    ...(looks ? [describeLooks(kill, looks)] : []),
    ...(kill.asker ? [describeAsker(kill)] : []),
    ...describeChoice(kill),
    ...describeDirty(kill),
    ...describeSwap(kill),
    ...describeRepeats(kill, facts.others),
    ...(group ? [describeGroup(group)] : []),
    ...(kill.missing.length > 0 ? [`The log does not have ${joinAnd(kill.missing)}.`] : []),
    ...(log.suppressed > 0 ? [describeSuppressed(facts)] : []),
  ];
}

/** What the kernel does not know: what the memory was for. */
function describePage(kill: ExplainedKill, page: PageWitness | undefined, looks: LooksWitness | undefined): string[] {
  const anonBytes = kill.victim?.anonBytes;
  if (!page)
    return isJava(kill) && !looks
      ? ['How much of it was Java heap and how much native memory, the kernel’s log does not say.']
      : [];
  if (page.withdrawn !== undefined || page.liveBytes === undefined)
    return [page.withdrawn ?? 'The counter page has no live bytes.'];
  const { liveBytes, peakLiveBytes, info, sizes, threads } = page;
  const of = anonBytes === undefined ? '' : `Of the ${formatMiB(anonBytes)} MiB anonymous, `;
  const peak = peakLiveBytes === undefined || peakLiveBytes <= liveBytes * 1.05 ? '' : ` (${formatMiB(peakLiveBytes)} at most)`;
  const held = `${of}${of === '' ? 'Malloc' : 'malloc'} held ${formatSmallMiB(liveBytes)} MiB${peak}, as ${info.writer === 'meter' ? 'the meter' : info.writer} counted`;
  const [size] = sizes;
  const blocks = size ? `; ${describeSize(size)}` : '';
  const [thread] = threads;
  const threadBytes = thread && liveBytesOf(thread);
  const who =
    thread && threadBytes !== undefined && threadBytes > 0
      ? ` Thread ${thread.name || thread.tid} has allocated ${formatSmallMiB(threadBytes)} MiB of it.`
      : '';
  const found =
    page.matchedBy === 'pid'
      ? []
      : [
          `The counter page is the only one of an ended process named ${kill.victim?.name}; its pid ${info.pid} is of the container.`,
        ];
  return [`${held}${blocks}.${who}`, ...found];
}

/** How it was, and what grew until then. */
function describeLooks({ at }: ExplainedKill, { name, pid, looks, growth, firstAt, lastAt, matchedBy }: LooksWitness): string {
  const before = at === undefined ? '' : `, ${formatUptime(Math.max(0, Date.parse(at) - Date.parse(lastAt)))} before the kill`;
  const [rss, ...parts] = growth;
  const [most] = parts.filter(({ firstBytes, lastBytes }) => lastBytes > firstBytes);
  const span = formatUptime(Date.parse(lastAt) - Date.parse(firstAt));
  const none = looks === 1 ? ' There was no look before it.' : ` In ${span} of looks nothing grew.`;
  const grown = most
    ? ` In ${span} of looks ${most.part} grew most, by ${formatSmallMiB(most.lastBytes - most.firstBytes)} MiB to ${formatSmallMiB(most.lastBytes)}.`
    : none;
  const who = matchedBy === 'pid' ? '' : ` (of pid ${pid}, the last process seen in its group)`;
  return `The last look at ${name}${who}${before}, saw ${formatSmallMiB(rss?.lastBytes ?? 0)} MiB resident.${grown}`;
}

function describeSize({ fromBytes, toBytes, blocks, leastBytes, mostBytes }: LiveSizeClass): string {
  const least = formatSmallMiB(leastBytes);
  const most = formatSmallMiB(mostBytes);
  const range = toBytes === undefined ? `of ${size(fromBytes)} and more` : `of ${size(fromBytes)} to ${size(toBytes + 1)}`;
  return `${least === most ? least : `${least} to ${most}`} in ${formatCount(blocks)} blocks ${range}`;
}

function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${bytes / 1024 ** step} ${units[step]}`;
}

function describeAsker({ asker, victim }: ExplainedKill): string {
  const { name, pid } = asker ?? { name: '' };
  if (pid !== undefined && pid === victim?.pid) return 'Its own first thread asked for the last page.';
  return `The thread ${name}${pid === undefined ? '' : ` (id ${pid})`} asked for the last page.`;
}

function describeChoice({ victim, chosen, largest, alsoKilled, oomGroupPath }: ExplainedKill): string[] {
  const { rssBytes = 0, swapBytes = 0 } = victim ?? {};
  const largestBytes = (largest?.rssBytes ?? 0) + (largest?.swapBytes ?? 0);
  const isLargest =
    largest === undefined || victim === undefined || largest.pid === victim.pid || largestBytes <= rssBytes + swapBytes;
  const score = largest?.oomScoreAdj === undefined ? '' : `, with oom_score_adj ${largest.oomScoreAdj}`;
  const others = [...new Set(alsoKilled.map(({ name }) => name))];
  return [
    ...(chosen && victim
      ? [`The kernel had chosen ${chosen.name} (pid ${chosen.pid}), and killed a child or another thread of it.`]
      : []),
    ...(isLargest
      ? []
      : [`It was not the largest: ${largest.name} (pid ${largest.pid}) had ${formatSmallMiB(largestBytes)} MiB${score}.`]),
    ...(oomGroupPath === undefined
      ? []
      : [
          `All processes of ${oomGroupPath} were killed with it (memory.oom.group)${others.length === 0 ? '' : `: ${alsoKilled.length} more, ${others.slice(0, 5).join(', ')}`}.`,
        ]),
  ];
}

function describeDirty({ account, limitBytes = 0 }: ExplainedKill): string[] {
  const dirtyBytes = account?.dirtyBytes ?? 0;
  return dirtyBytes < 0.1 * limitBytes || dirtyBytes === 0
    ? []
    : [`${formatMiB(dirtyBytes)} MiB of page cache had yet to be written, and could not be dropped at once.`];
}

function describeSwap({ swap, constraint }: ExplainedKill): string[] {
  if (constraint !== 'memcg' || swap?.usedBytes === undefined || swap.usedBytes === 0) return [];
  const limit = swap.limitBytes === undefined ? '' : ` of ${formatMiB(swap.limitBytes)}`;
  return [`The group had ${formatMiB(swap.usedBytes)}${limit} MiB in swap as well.`];
}

/** The same program in the same group, again and again; a pod's containers have a group each time they are started. */
function describeRepeats(kill: ExplainedKill, others: readonly OomKill[]): string[] {
  const { victim, at } = kill;
  const own = placeOf(kill);
  const isAlike = (other: OomKill) =>
    other.victim?.name === victim?.name && placeOf(other) === own && (other.at ?? '') <= (at ?? '');
  const alike = victim === undefined || own === undefined ? [] : others.filter(isAlike);
  if (alike.length === 0) return [];
  const first = alike.at(-1)?.at;
  const since = first === undefined || at === undefined ? '' : ` in ${formatUptime(Date.parse(at) - Date.parse(first))}`;
  return [`The log has ${counted(alike.length + 1)} of a process named ${victim?.name} in ${own}${since}.`];
}

function placeOf({ path, limitPath = path }: OomKill): string | undefined {
  return /^.*\/[^/]*pod[\da-f][\da-f_-]{7,}[^/]*/.exec(limitPath ?? '')?.[0] ?? limitPath;
}

function describeGroup({ path, oomKills: { own, below = 0 }, limitBytes, usageBytes }: GroupWitness): string {
  const now = limitBytes === undefined ? 'no limit now' : `${formatMiB(usageBytes ?? 0)} of ${formatMiB(limitBytes)} MiB now`;
  const kills =
    own === undefined
      ? ''
      : `, and has counted ${counted(own)}${below > 0 ? ` and ${below} in the groups below` : ''} since it was made`;
  return `${path} is still there: it has ${now}${kills}.`;
}

function describeSuppressed({ log }: OomFacts): string {
  const often = log.suppressed === 1 ? 'Once' : `${log.suppressed} times`;
  return `${often} the kernel left out messages about kills, which came too often: there may be more kills than are listed.`;
}
