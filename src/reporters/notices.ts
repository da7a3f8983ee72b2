import type { GrowthRate, Notice, NoticeOf } from '../model/notice.ts';
import type { ResultFile } from '../model/result.ts';
import {
  bytesPerMiB,
  formatFigure,
  formatPercent,
  formatRatio,
  formatSeconds,
  formatShare,
  formatSmallMiB,
} from '../model/units.ts';
import { findNotices } from '../stats/notices.ts';

/** A JVM that is younger still compiles and loads classes. */
const warmUpMs = 60_000;

/** What matters more than the recommendation, a sentence or two for each kind; a result of an earlier version is looked through now. */
export function noticeLines(result: ResultFile): string[] {
  return noticeSentences(result.notices ?? findNotices(result));
}

export function noticeSentences(notices: readonly Notice[]): string[] {
  return [
    ...linesOf(notices, 'killed', describeKilled),
    ...linesOf(notices, 'leaking', describeLeaking),
    ...linesOf(notices, 'load-errors', describeErrors),
    ...linesOf(notices, 'uneven-load', describeUneven),
    ...linesOf(notices, 'throttled', describeThrottled),
    ...linesOf(notices, 'unsettled', describeUnsettled),
    ...linesOf(notices, 'uncollected', describeUncollected),
    ...linesOf(notices, 'other-work', describeOtherWork),
  ];
}

function linesOf<Code extends Notice['code']>(
  notices: readonly Notice[],
  code: Code,
  describe: (found: readonly NoticeOf<Code>[]) => string,
): string[] {
  const found = notices.filter((notice): notice is NoticeOf<Code> => notice.code === code);
  return found.length === 0 ? [] : [describe(found)];
}

function describeKilled(found: readonly NoticeOf<'killed'>[]): string {
  const each = found.map((notice) => {
    const { signal, oomKills = 0 } = notice;
    const what = signal === undefined ? 'what it had started' : `by ${signal}`;
    return `${where(notice)}, ${what}${oomKills > 0 ? ` (OOM kills in its cgroup: ${oomKills})` : ''}`;
  });
  return `Killed: ${list(each)}. A program that is killed has no figures to compare.`;
}

function describeLeaking(found: readonly NoticeOf<'leaking'>[]): string {
  const isJvm = found.some(({ collected }) => collected !== undefined);
  const each = found.map((notice) => {
    const { rss, live } = notice;
    const what = rss ? `RSS ${isJvm ? 'outside the Java heap ' : ''}by ${rateOf(rss)}` : 'RSS not';
    return `${where(notice)}: ${what}${live ? `, live bytes by ${rateOf(live)}` : ''}`;
  });
  const overMs = Math.min(...found.map((notice) => notice.overMs));
  const isYoung = isJvm && overMs < warmUpMs;
  const uncollected = found.some(({ collected, keptBy }) => collected === false && keptBy === 'live');
  return [
    `Leaking: memory grew through all of the last ${formatSeconds(overMs)} of the load. ${list(each)}.`,
    culprit(found),
    uncollected ? 'No collection ran meanwhile, so some of it may be garbage: --gc, or a longer load, tells.' : undefined,
    isYoung ? 'A JVM warms up for a minute or more: a longer load tells a leak from that.' : undefined,
  ]
    .filter((sentence) => sentence !== undefined)
    .join(' ');
}

function culprit(found: readonly NoticeOf<'leaking'>[]): string | undefined {
  const kinds = new Set(found.map(({ keptBy }) => keptBy));
  const names = (kind: (typeof found)[number]['keptBy']) =>
    found.filter(({ keptBy }) => keptBy === kind).map(({ configuration }) => configuration);
  const sentences: string[] = [];
  if (kinds.has('live'))
    sentences.push('The program keeps it: no allocator and no setting mends that; offheap doctor and owners tell who holds it.');
  if (kinds.has('free'))
    sentences.push(
      `Live bytes do not grow with it on ${list(names('free'))}: what the allocator keeps free grows, or memory that is not from malloc.`,
    );
  return sentences.length === 0 ? undefined : sentences.join(' ');
}

function describeErrors(found: readonly NoticeOf<'load-errors'>[]): string {
  const each = found.map((notice) => `${formatShare(notice.errorShare, 1)} on ${where(notice)}`);
  return `Errors: requests of the load failed, ${list(each)}. What fails does other work than what succeeds.`;
}

function describeUneven(found: readonly NoticeOf<'uneven-load'>[]): string {
  const each = found.map((notice) => `${where(notice)}: ${notice.figure} ${formatRatio(notice.ratio)} of the reference's`);
  return `Uneven load: ${list(each)}. Memory after other work, or after less of it, is not comparable.`;
}

function describeThrottled(found: readonly NoticeOf<'throttled'>[]): string {
  const each = found.map(
    (notice) =>
      `${where(notice)}, for ${formatPercent(notice.throttledShare)} of the burst in ${formatPercent(notice.periodsShare)} of its periods`,
  );
  return `Throttled by the CPU quota of its cgroup: ${list(each)}. Times are the quota's, and so is the load that was reached.`;
}

function describeUnsettled(found: readonly NoticeOf<'unsettled'>[]): string {
  const each = found.map((notice) => {
    const way = notice.movedBytes < 0 ? 'fell' : 'grew';
    return `${where(notice)}: it ${way} by ${formatSmallMiB(Math.abs(notice.movedBytes))} MiB in the last ${formatSeconds(notice.overMs)}`;
  });
  const longerMs = 3 * Math.max(...found.map(({ settleMs }) => settleMs));
  return `Not settled: RSS still moved when it was measured as settled. ${list(each)}. Let it settle for longer: --settle=${Math.ceil(longerMs / 1000)}s.`;
}

function describeUncollected(found: readonly NoticeOf<'uncollected'>[]): string {
  const each = found.map((notice) => `${where(notice)}: ${formatSmallMiB(notice.gainedBytes)} MiB`);
  return `No collection ran after the load, and live bytes were more than at baseline: ${list(each)}. What unreachable objects own is not freed before a collection: --gc tells.`;
}

function describeOtherWork(found: readonly NoticeOf<'other-work'>[]): string {
  const worst = found.toSorted((a, b) => b.othersShare + b.stealShare - (a.othersShare + a.stealShare))[0];
  if (!worst) return '';
  const bursts = found.reduce((sum, notice) => sum + notice.cells, 0);
  const steal = worst.stealShare >= 0.005 ? `, the hypervisor gave away ${formatPercent(worst.stealShare)}` : '';
  return `Other work on the machine during ${bursts} ${bursts === 1 ? 'burst' : 'bursts'}: up to ${formatPercent(worst.othersShare)} of its processor time (${worst.configuration})${steal}, and ${formatPercent(worst.idleShare)} was idle. Times and rates are less sure than they seem.`;
}

/** Each configuration with how many of its cells, unless it is all. */
function where({ configuration, cells, ofCells }: Notice): string {
  return cells === ofCells ? configuration : `${configuration} (${cells} of ${ofCells} cells)`;
}

function rateOf({ bytesPerMinute, lowPerMinute, highPerMinute }: GrowthRate): string {
  const [middle, low, high] = [bytesPerMinute, lowPerMinute, highPerMinute].map((bytes) => formatFigure(bytes / bytesPerMiB));
  return `${middle} [${low}, ${high}] MiB/min`;
}

function list(items: readonly string[]): string {
  return items.join('; ');
}
