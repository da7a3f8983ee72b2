import sparkly from 'sparkly';
import { bytesPerMiB, formatUptime } from '../../model/units.ts';
import type { Course, Glance, Sample, WatchView } from '../../model/watch.ts';
import type { Paint } from '../paint.ts';
import { formatRange, slopeOf, wholeMiB } from './figures.ts';
import type { Screen } from './screen.ts';

/** From here on a curve stands beside its words, and below it under them. */
const wideScreen = 100;
/** A range that the figures beside the curve do not show is drawn as a flat line. */
const leastRangeBytes = 0.1 * bytesPerMiB;
const gap = '  ';

interface Curve {
  name: string;
  course: Course;
}

/** What of the clock the columns of all curves show. */
interface Axis {
  startMs: number;
  columnMs: number;
  columns: number;
}

/** RSS and what malloc holds, each with its slope and its course, all on the time axis of RSS. */
export function curveLines(
  glance: Glance,
  { intervalMs }: Pick<WatchView, 'intervalMs'>,
  { width }: Screen,
  paint: Paint,
): string[] {
  const curves = curvesOf(glance);
  const words = curves.map((curve) => describe(curve));
  const isWide = width >= wideScreen;
  const wordWidth = isWide ? Math.max(...words.map(({ length }) => length)) + gap.length : 0;
  const axis = axisOf(glance.rss, intervalMs, width - wordWidth);
  return curves.flatMap(({ course }, index) => {
    const text = words[index] ?? '';
    const line = paint('cyan', draw(course, axis));
    return isWide ? [text.padEnd(wordWidth) + line] : [text, line];
  });
}

/** Live bytes where a counter page has them; otherwise the blocks of malloc that the looks found in use. */
function curvesOf({ rss, live, inUse }: Glance): Curve[] {
  const second = live ?? inUse;
  const curves = [{ name: 'RSS', course: rss }];
  const startMs = rss.samples[0]?.atMs ?? 0;
  return second ? [...curves, { name: live ? 'live' : 'malloc in use', course: since(second, startMs) }] : curves;
}

/** With the last sample before, which still held at the start. */
function since({ samples, ...rest }: Course, startMs: number): Course {
  const before = samples.findLastIndex(({ atMs }) => atMs <= startMs);
  return { ...rest, samples: samples.slice(Math.max(0, before)) };
}

function describe({ name, course }: Curve): string {
  const { samples } = course;
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last) return name;
  const slope = slopeOf(course);
  const { lowestBytes, highestBytes } = rangeOf(samples);
  const now = `${name} ${wholeMiB(last.bytes)}${slope === undefined ? '' : `, ${slope}`}`;
  return `${now}. Curve: ${formatRange(lowestBytes, highestBytes)}, ${formatUptime(last.atMs - first.atMs)}`;
}

function rangeOf(samples: readonly Sample[]): { lowestBytes: number; highestBytes: number } {
  const levels = samples.map(({ bytes }) => bytes);
  return { lowestBytes: Math.min(...levels), highestBytes: Math.max(...levels) };
}

/** Columns of one or more ticks each, so that all samples have room. They begin at multiples of their time: the curve moves to the left and does not flicker. */
function axisOf({ samples }: Course, intervalMs: number, width: number): Axis {
  const columnMs = intervalMs * Math.max(1, Math.ceil(samples.length / Math.max(1, width - 1)));
  const columnAt = (atMs: number) => Math.floor(atMs / columnMs);
  const last = columnAt(samples.at(-1)?.atMs ?? 0);
  const first = Math.max(columnAt(samples[0]?.atMs ?? 0), last - Math.max(1, width) + 1);
  return { startMs: first * columnMs, columnMs, columns: last - first + 1 };
}

/** On a scale from the lowest to the highest, so that a large process is seen to grow slowly. */
function draw({ samples }: Course, axis: Axis): string {
  const columns = columnsOf(samples, axis);
  const { lowestBytes: minimum, highestBytes: maximum } = rangeOf(samples);
  if (maximum - minimum >= leastRangeBytes) return sparkly(columns, { minimum, maximum });
  return sparkly(columns.map((bytes) => (Number.isNaN(bytes) ? bytes : 1)));
}

/** The highest sample of each column, so that a short peak stays visible, and in the last one what it is now. A column without a sample is as the one before. */
function columnsOf(samples: readonly Sample[], { startMs, columnMs, columns }: Axis): number[] {
  const peaks = Array<number>(columns).fill(Number.NaN);
  let held = Number.NaN;
  for (const { atMs, bytes } of samples) {
    const column = Math.min(columns - 1, Math.floor((atMs - startMs) / columnMs));
    if (column < 0) held = bytes;
    else if (column === columns - 1 || !((peaks[column] ?? Number.NaN) > bytes)) peaks[column] = bytes;
  }
  return peaks.map((bytes) => {
    held = Number.isNaN(bytes) ? held : bytes;
    return held;
  });
}
