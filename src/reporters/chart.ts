import sparkly from 'sparkly';
import type { Cell, ResultFile, Timeline } from '../model/result.ts';
import { phaseNames } from '../model/result.ts';
import { formatMiB, formatSeconds } from '../model/units.ts';
import type { RenderOptions } from './reporter.ts';

const labelGap = 2;
const smallestWidth = 20;

/** RSS over time, a line per cell, all on one time axis and one scale from 0: who falls after the scan and who does not. */
export function renderChart({ cells }: ResultFile, { width }: Pick<RenderOptions, 'width'>): string {
  const drawn = cells.filter(
    (cell): cell is Cell & { timeline: Timeline } => cell.timeline !== undefined && cell.timeline.atMs.length > 0,
  );
  if (drawn.length === 0) return '';
  const endMs = Math.max(...drawn.map(({ timeline }) => timeline.atMs.at(-1) ?? 0));
  const maxBytes = Math.max(...drawn.map(({ timeline }) => timeline.rssBytes.reduce((a, b) => Math.max(a, b))));
  const labelWidth = Math.max(...drawn.map(({ configuration }) => configuration.length)) + labelGap;
  const lineWidth = Math.max(smallestWidth, width - labelWidth);
  const lines = drawn.flatMap(({ configuration, timeline, phases }) => [
    configuration.padEnd(labelWidth) + sparkly(resample(timeline, endMs, lineWidth), { minimum: 0, maximum: maxBytes }).trimEnd(),
    ' '.repeat(labelWidth) + phaseMarks(phases, endMs, lineWidth),
  ]);
  const legend = phaseNames.map((name, index) => `${index + 1} ${name}`).join(', ');
  return `RSS over ${formatSeconds(endMs)}; full height is ${formatMiB(maxBytes)} MiB. ${legend}.\n${lines.join('\n')}`;
}

/** The highest sample of each column, so that a short peak stays visible; NaN, drawn as a blank, where there is none. */
function resample({ atMs, rssBytes }: Timeline, endMs: number, columns: number): number[] {
  const peaks = Array<number>(columns).fill(Number.NaN);
  atMs.forEach((at, index) => {
    const column = columnOf(at, endMs, columns);
    const peak = peaks[column] ?? Number.NaN;
    const sample = rssBytes[index] ?? 0;
    if (!(peak > sample)) peaks[column] = sample;
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
