import sparkly from 'sparkly';
import type { Cell, ResultFile, Timeline } from '../model/result.ts';
import { phaseNames } from '../model/result.ts';
import { formatMiB, formatSeconds } from '../model/units.ts';
import { representativeCells } from '../stats/representative.ts';
import type { TerminalOptions } from './render-options.ts';

const labelGap = 2;
const smallestWidth = 20;

/**
 * RSS over time and, below it, live bytes, for each configuration; all on one time axis and one scale from 0: who falls after the scan, and who stays
 * up while nothing is in use any more. Of repeats, the one with the median settled RSS.
 */
export function renderChart(result: ResultFile, { width }: Pick<TerminalOptions, 'width'>): string {
  const isRepeated = result.cells.some(({ repeat }) => repeat > 1);
  const drawn = (isRepeated ? inOrder(result) : result.cells).filter(
    (cell): cell is Cell & { timeline: Timeline } => cell.timeline !== undefined && cell.timeline.atMs.length > 0,
  );
  if (drawn.length === 0) return '';
  const endMs = Math.max(...drawn.map(({ timeline }) => timeline.atMs.at(-1) ?? 0));
  const maxBytes = drawn
    .flatMap(({ timeline }) => [...timeline.rssBytes, ...knownLevels(timeline)])
    .reduce((a, b) => Math.max(a, b));
  const nameWidth = Math.max(...drawn.map(({ configuration }) => configuration.length)) + labelGap;
  const labelWidth = nameWidth + 'live'.length + labelGap;
  const lineWidth = Math.max(smallestWidth, width - labelWidth);
  const curve = (name: string, what: string, atMs: readonly number[], levels: readonly (number | null)[]) =>
    name.padEnd(nameWidth) +
    what.padEnd(labelWidth - nameWidth) +
    sparkly(resample(atMs, levels, endMs, lineWidth), { minimum: 0, maximum: maxBytes }).trimEnd();
  const lines = drawn.flatMap(({ configuration, timeline, phases }) => [
    curve(configuration, 'RSS', timeline.atMs, timeline.rssBytes),
    ...(timeline.liveBytes ? [curve('', 'live', timeline.atMs, timeline.liveBytes)] : []),
    ' '.repeat(labelWidth) + phaseMarks(phases, endMs, lineWidth),
  ]);
  const legend = phaseNames.map((name, index) => `${index + 1} ${name}`).join(', ');
  const which = isRepeated ? ' Of each configuration the run with the median settled RSS.' : '';
  return `RSS and live bytes over ${formatSeconds(endMs)}; full height is ${formatMiB(maxBytes)} MiB. ${legend}.${which}\n${lines.join('\n')}`;
}

function inOrder({ cells, summary }: ResultFile): Cell[] {
  const representative = representativeCells(cells);
  return summary.flatMap(({ configuration }) => representative.filter((cell) => cell.configuration === configuration));
}

function knownLevels({ liveBytes = [] }: Timeline): number[] {
  return liveBytes.filter((level) => level !== null);
}

/** The highest sample of each column, so that a short peak stays visible; NaN, drawn as a blank, where there is none. */
function resample(atMs: readonly number[], levels: readonly (number | null)[], endMs: number, columns: number): number[] {
  const peaks = Array<number>(columns).fill(Number.NaN);
  atMs.forEach((at, index) => {
    const level = levels[index] ?? null;
    const column = columnOf(at, endMs, columns);
    if (level !== null && !((peaks[column] ?? Number.NaN) > level)) peaks[column] = level;
  });
  return peaks;
}

function phaseMarks(phases: Cell['phases'], endMs: number, columns: number): string {
  const marks = Array<string>(columns).fill(' ');
  phaseNames.forEach((name, index) => {
    const sample = phases[name];
    if (sample) marks[columnOf(sample.atMs, endMs, columns)] = String(index + 1);
  });
  return marks.join('').trimEnd();
}

function columnOf(atMs: number, endMs: number, columns: number): number {
  return Math.min(columns - 1, Math.floor((atMs / Math.max(endMs, 1)) * columns));
}
