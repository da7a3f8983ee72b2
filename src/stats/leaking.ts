import { median } from 'simple-statistics';
import type { GrowthRate, NoticeOf } from '../model/notice.ts';
import type { Cell } from '../model/result.ts';
import { bytesPerMiB } from '../model/units.ts';
import { loadedWindow } from './growth.ts';
import { blocks, growthRate, type MeasuredRate } from './growth-rate.ts';
import { type Point, valueAt } from './steady-growth.ts';

/** What a JVM's code and metadata gain by themselves while it warms up is below it; and nobody is woken by less. */
const leastPerMinute = bytesPerMiB;
const leastShareOfRss = 0.01;
/** Within the window: of RSS, statm lags by some pages for each processor. */
const leastGrownBytes = bytesPerMiB;
/** Of a block, to either side of its end: readings whose mean is the level there. */
const levelShare = 0.1;
/** Of what grew: from this share on what is given back after the load is a burst's, and no leak. */
const freedShare = 0.5;
/** Of the growth of RSS: from this share on what grows is what the program keeps. */
const liveShare = 0.5;

/** How memory of one cell grew in the second half of its burst. */
interface CellGrowth {
  overMs: number;
  rss: MeasuredRate | undefined;
  live: MeasuredRate | undefined;
  /** Whether most of it was given back when the load was over: what a program frees then it did not lose. */
  wasFreed: boolean;
  /** Collections within the burst. */
  collections: number | undefined;
  rssBytes: number;
}

type Leaking = Omit<NoticeOf<'leaking'>, 'configuration' | 'cells' | 'ofCells'>;

/** What leaks of the cells of one configuration: that most of them do. `of` counts those in which it could be seen. */
export function findLeak(cells: readonly Cell[]): { cells: number; of: number; found: Leaking | undefined } {
  const measured = cells.flatMap((cell) => growthOf(cell) ?? []);
  const growing = measured.filter((growth) => !growth.wasFreed && (matters(growth.rss, growth) || matters(growth.live, growth)));
  const found = growing.length * 2 > measured.length ? combine(growing) : undefined;
  return { cells: growing.length, of: measured.length, found };
}

/** Undefined for a burst that is too short, or has a hole. */
function growthOf(cell: Cell): CellGrowth | undefined {
  const window = loadedWindow(cell);
  const { loaded, baseline } = cell.phases;
  if (!window || !loaded || !cell.timeline) return undefined;
  const { atMs, liveBytes = [] } = cell.timeline;
  const rss = nativeLevels(cell, window);
  const live = levels(pointsOf(atMs, liveBytes), window);
  if (!rss && !live) return undefined;
  const [before, after] = [baseline?.collections, loaded.collections];
  const [rssRate, liveRate] = [rss && growthRate(rss), live && growthRate(live)];
  return {
    overMs: Math.round(window.toMs - window.fromMs),
    rss: rssRate,
    live: liveRate,
    wasFreed: liveRate ? isFreed(cell, 'liveBytes', liveRate) : isFreed(cell, 'nativeRssBytes', rssRate),
    collections: before === undefined || after === undefined ? undefined : after - before,
    rssBytes: loaded.rssBytes,
  };
}

/** Of live bytes where they are known: what is freed may stay resident, and is no leak either. */
function isFreed({ phases }: Cell, figure: 'liveBytes' | 'nativeRssBytes', rate: MeasuredRate | undefined): boolean {
  const { loaded, collected, settled } = phases;
  const [atEnd, later] = [loaded?.[figure], settled?.[figure] ?? collected?.[figure]];
  if (!rate || rate.grownBytes <= 0 || atEnd === undefined || later === undefined) return false;
  return atEnd - later >= freedShare * rate.grownBytes;
}

/** RSS outside the Java heap, which grows to its limit in every JVM. Undefined where a JVM did not tell where that lies. */
function nativeLevels({ phases, timeline }: Cell, window: Window): Point[] | undefined {
  if (!timeline || phases.loaded?.nativeRssBytes === undefined) return undefined;
  const rss = levels(pointsOf(timeline.atMs, timeline.rssBytes), window);
  if (phases.loaded.javaHeapRssBytes === undefined) return rss;
  // Where smaps takes long its readings are few, and behind the last of them the heap goes on growing: the phases are read exactly, too.
  const atPhases = Object.values(phases).flatMap(({ atMs, javaHeapRssBytes: value }) =>
    value === undefined ? [] : { atMs, value },
  );
  const heap = [...pointsOf(timeline.details.atMs, timeline.details.javaHeapRssBytes), ...atPhases].sort((a, b) => a.atMs - b.atMs);
  return rss?.map(({ atMs, value }) => ({ atMs, value: value - valueAt(heap, atMs) }));
}

function pointsOf(atMs: readonly number[], values: readonly (number | null)[]): Point[] {
  return atMs.flatMap((at, index) => {
    const value = values[index];
    return value === undefined || value === null ? [] : [{ atMs: at, value }];
  });
}

interface Window {
  fromMs: number;
  toMs: number;
}

/** The levels at the ends of the blocks, each at the mean time of its readings. Undefined where one has none. */
function levels(points: readonly Point[], { fromMs, toMs }: Window): Point[] | undefined {
  const blockMs = (toMs - fromMs) / blocks;
  const found = Array.from({ length: blocks + 1 }, (_, index) => fromMs + index * blockMs).flatMap((end) => {
    const [from, to] = [Math.max(fromMs, end - levelShare * blockMs), Math.min(toMs, end + levelShare * blockMs)];
    const near = points.filter(({ atMs }) => atMs >= from && atMs <= to);
    if (near.length === 0) return [];
    const meanOf = (figure: (point: Point) => number) => near.reduce((sum, point) => sum + figure(point), 0) / near.length;
    return [{ atMs: meanOf(({ atMs }) => atMs), value: meanOf(({ value }) => value) }];
  });
  return found.length === blocks + 1 ? found : undefined;
}

/** Growth that went on all the time, that chance does not explain, and that is worth a word. */
function matters(rate: MeasuredRate | undefined, { rssBytes }: CellGrowth): boolean {
  if (!rate?.isSteady || rate.lowPerMinute <= 0 || rate.grownBytes < leastGrownBytes) return false;
  return rate.bytesPerMinute >= Math.max(leastPerMinute, leastShareOfRss * rssBytes);
}

function combine(growing: readonly CellGrowth[]): Leaking {
  const ratesOf = (figure: 'rss' | 'live') =>
    growing.flatMap((growth) => (matters(growth[figure], growth) ? (growth[figure] ?? []) : []));
  const [rss, live] = [rateOf(ratesOf('rss')), rateOf(ratesOf('live'))];
  const collections = growing.flatMap((growth) => growth.collections ?? []);
  return {
    code: 'leaking',
    overMs: Math.min(...growing.map(({ overMs }) => overMs)),
    ...(rss ? { rss } : {}),
    ...(live ? { live } : {}),
    keptBy: keptBy(growing, rss, live),
    ...(collections.length === 0 ? {} : { collected: collections.every((count) => count > 0) }),
  };
}

function rateOf(rates: readonly GrowthRate[]): GrowthRate | undefined {
  if (rates.length === 0) return undefined;
  return {
    bytesPerMinute: median(rates.map(({ bytesPerMinute }) => bytesPerMinute)),
    lowPerMinute: Math.min(...rates.map(({ lowPerMinute }) => lowPerMinute)),
    highPerMinute: Math.max(...rates.map(({ highPerMinute }) => highPerMinute)),
  };
}

function keptBy(growing: readonly CellGrowth[], rss: GrowthRate | undefined, live: GrowthRate | undefined): Leaking['keptBy'] {
  if (!growing.some((growth) => growth.live)) return 'unknown';
  if (!rss) return 'live';
  return live && live.bytesPerMinute >= liveShare * rss.bytesPerMinute ? 'live' : 'free';
}
