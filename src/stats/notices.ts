import { median } from 'simple-statistics';
import type { Notice } from '../model/notice.ts';
import type { Cell, ResultFile } from '../model/result.ts';
import { findLeak } from './leaking.ts';
import { smallestBurstBytes } from './returned.ts';
import { findUnevenLoad } from './uneven-load.ts';
import { lastMoveOf } from './unsettled.ts';

/** Of the burst, or of the periods: less moves no figure by more than it moves by itself. */
const leastThrottledShare = 0.01;
const leastErrorShare = 0.01;
/** Of the machine's processor time in the burst. */
const leastOthersShare = 0.1;
const leastStealShare = 0.02;
/** With more than this idle, others were not in the way. */
const mostIdleShare = 0.5;

/** The most serious first: what it says matters more than what comes after it. */
const order: readonly Notice['code'][] = [
  'killed',
  'leaking',
  'load-errors',
  'uneven-load',
  'throttled',
  'unsettled',
  'uncollected',
  'other-work',
];

/** What is to be said before anything of the summary: of each configuration, by its cells. */
export function findNotices({ cells, plan }: Pick<ResultFile, 'cells' | 'plan'>): Notice[] {
  const keys = [...new Set(cells.map(({ configuration }) => configuration))];
  const reference = plan?.reference ?? 'glibc';
  const okCells = (key: string) => cells.filter(({ configuration, state }) => configuration === key && state === 'ok');
  const notices = keys.flatMap((configuration): Notice[] => {
    const own = cells.filter((cell) => cell.configuration === configuration);
    const found = [
      ...killed(own),
      ...leaking(own),
      ...loadErrors(own),
      ...findUnevenLoad(okCells(configuration), okCells(reference)),
      ...throttled(own),
      ...unsettled(own),
      ...uncollected(own),
      ...otherWork(own),
    ];
    return found.map((notice) => ({ ...notice, configuration }) as Notice);
  });
  return notices.toSorted((a, b) => order.indexOf(a.code) - order.indexOf(b.code));
}

type Unnamed<One> = One extends Notice ? Omit<One, 'configuration'> : never;
type Found = Unnamed<Notice>;

function killed(own: readonly Cell[]): Found[] {
  const found = own.filter(({ diedBy, oomKills = 0 }) => diedBy !== undefined || oomKills > 0);
  const [first] = found;
  if (!first) return [];
  const signal = found.find(({ diedBy }) => diedBy !== undefined)?.diedBy;
  const kills = found.flatMap(({ oomKills }) => oomKills ?? []);
  return [
    {
      code: 'killed',
      ...count(found, own.filter(isStarted)),
      ...(signal === undefined ? {} : { signal }),
      ...(kills.length === 0 ? {} : { oomKills: kills.reduce((sum, number) => sum + number, 0) }),
    },
  ];
}

function leaking(own: readonly Cell[]): Found[] {
  const { cells, of, found } = findLeak(own);
  return found ? [{ ...found, cells, ofCells: of }] : [];
}

function loadErrors(own: readonly Cell[]): Found[] {
  const shares = own.flatMap(({ load }) =>
    load?.requests && load.errors !== undefined ? Math.min(1, load.errors / load.requests) : [],
  );
  const found = shares.filter((share) => share >= leastErrorShare);
  return found.length === 0
    ? []
    : [{ code: 'load-errors', errorShare: Math.max(...found), cells: found.length, ofCells: shares.length }];
}

function throttled(own: readonly Cell[]): Found[] {
  const measured = own.flatMap(({ throttling, phases: { baseline, loaded } }) => {
    const burstMs = baseline && loaded ? loaded.atMs - baseline.atMs : 0;
    if (!throttling || burstMs <= 0 || throttling.periods === 0) return [];
    const { throttledMs, throttledPeriods, periods } = throttling;
    return [{ throttledShare: throttledMs / burstMs, periodsShare: Math.min(1, throttledPeriods / periods) }];
  });
  const found = measured.filter(({ throttledShare }) => throttledShare >= leastThrottledShare);
  const worst = found.toSorted((a, b) => b.throttledShare - a.throttledShare)[0];
  return worst ? [{ code: 'throttled', ...worst, ...count(found, measured) }] : [];
}

function unsettled(own: readonly Cell[]): Found[] {
  const measured = own.flatMap((cell) => {
    const move = lastMoveOf(cell);
    return cell.state === 'ok' && move ? [{ ...move, settleMs: cell.scenario.settleMs }] : [];
  });
  const found = measured.filter(({ isMoving }) => isMoving);
  const [first] = found;
  if (!first || found.length * 2 <= measured.length) return [];
  const { settleMs, overMs } = first;
  return [
    {
      code: 'unsettled',
      movedBytes: median(found.map(({ movedBytes }) => movedBytes)),
      overMs,
      settleMs,
      ...count(found, measured),
    },
  ];
}

/** What unreachable Java objects own is given back by a collection, and counts as live until then. */
function uncollected(own: readonly Cell[]): Found[] {
  const measured = own.filter(
    ({ phases: { loaded, settled } }) => loaded?.collections !== undefined && settled?.collections !== undefined,
  );
  const gained = measured.flatMap(({ phases: { baseline, loaded, collected, settled } }) => {
    if (collected || loaded?.collections !== settled?.collections) return [];
    const [before, after] = [baseline?.liveBytes, settled?.liveBytes];
    return before !== undefined && after !== undefined && after - before >= smallestBurstBytes ? [after - before] : [];
  });
  return gained.length === 0 ? [] : [{ code: 'uncollected', gainedBytes: median(gained), ...count(gained, measured) }];
}

function otherWork(own: readonly Cell[]): Found[] {
  const measured = own.flatMap(({ machine }) => {
    if (!machine || machine.capacityMs === 0) return [];
    const shareOf = (time: number) => Math.min(1, time / machine.capacityMs);
    return [{ othersShare: shareOf(machine.othersMs), stealShare: shareOf(machine.stealMs), idleShare: shareOf(machine.idleMs) }];
  });
  const found = measured.filter(
    ({ othersShare, stealShare, idleShare }) =>
      stealShare >= leastStealShare || (othersShare >= leastOthersShare && idleShare <= mostIdleShare),
  );
  const worst = found.toSorted((a, b) => b.othersShare + b.stealShare - (a.othersShare + a.stealShare))[0];
  return worst ? [{ code: 'other-work', ...worst, ...count(found, measured) }] : [];
}

function isStarted({ state, command }: Cell): boolean {
  return state !== 'skipped' && command !== undefined;
}

function count(found: readonly unknown[], of: readonly unknown[]): { cells: number; ofCells: number } {
  return { cells: found.length, ofCells: of.length };
}
