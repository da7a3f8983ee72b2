import type uPlot from 'uplot';
import { bytesPerMiB } from '../model/units.ts';
import { cssVariable } from './dom.ts';

/** One line of the chart. */
export interface Line {
  label: string;
  /** Custom property of its colour; read whenever it is drawn, so that a theme can change. */
  color: string;
  dashed: boolean;
}

export interface PlotEvents {
  /** In seconds of the axis; undefined when the cursor has left. */
  onCursor: (atSeconds: number | undefined) => void;
  onSelect: (fromSeconds: number, toSeconds: number) => void;
  onReset: () => void;
  onFocus: (line: number | undefined) => void;
  onDraw: (plot: uPlot) => void;
}

/** Points of a line that the cursor looks at when there is none under it: samples are rarer than pixels when zoomed in far. */
const nearestPoints = 60;
const smallestDrag = 4;
/** Pixels from the mouse to a line that is brought to the fore. */
const focusDistance = 30;
/** The names of the phases stand above the highest line. */
const roomAbove = 1.08;

export function plotOptions(
  size: { width: number; height: number },
  lines: readonly Line[],
  maxBytes: number,
  events: PlotEvents,
): uPlot.Options {
  return {
    ...size,
    legend: { show: false },
    scales: { x: { time: false }, y: { range: [0, maxBytes * roomAbove] } },
    axes: axes(),
    series: [{}, ...lines.map(seriesOf)],
    // One configuration is two lines: chart.ts fades the others itself.
    focus: { alpha: 1 },
    cursor: {
      drag: { x: true, y: false, setScale: false },
      focus: { prox: focusDistance },
      points: { show: false },
      dataIdx: nearestIndex,
      bind: { dblclick: () => resetBy(events) },
    },
    hooks: hooksOf(events),
  };
}

function axes(): uPlot.Axis[] {
  const axis = (label: string): uPlot.Axis => ({
    label,
    labelSize: 20,
    font: '12px system-ui, sans-serif',
    labelFont: '12px system-ui, sans-serif',
    stroke: () => cssVariable('--muted'),
    grid: { stroke: () => cssVariable('--grid'), width: 1 },
    ticks: { stroke: () => cssVariable('--grid'), width: 1 },
  });
  const inMiB = (bytes: number) => (bytes / bytesPerMiB).toLocaleString('en-US');
  return [
    { ...axis('seconds'), size: 36 },
    { ...axis('MiB'), size: 56, incrs: byteSteps(), values: (_, ticks) => ticks.map(inMiB) },
  ];
}

function hooksOf(events: PlotEvents): uPlot.Hooks.Arrays {
  return {
    setCursor: [({ cursor: { left = -1 }, posToVal }) => events.onCursor(left < 0 ? undefined : posToVal(left, 'x'))],
    setSelect: [
      ({ select: { left, width }, posToVal }) => {
        if (width > smallestDrag) events.onSelect(posToVal(left, 'x'), posToVal(left + width, 'x'));
      },
    ],
    setSeries: [(_, index, changes) => 'focus' in changes && events.onFocus(index ?? undefined)],
    draw: [events.onDraw],
  };
}

/** In place of uPlot's own, which would show all of what has been resampled for the present view. */
function resetBy(events: PlotEvents): uPlot.Cursor.MouseListener {
  return () => {
    events.onReset();
    return null;
  };
}

function seriesOf({ label, color, dashed }: Line): uPlot.Series {
  return {
    label,
    alpha: alphaOf(dashed, false),
    stroke: () => cssVariable(color),
    width: dashed ? 1.25 : 2,
    points: { show: false },
    ...(dashed ? { dash: [4, 4] } : {}),
  };
}

export function alphaOf(dashed: boolean, faded: boolean): number {
  if (faded) return 0.15;
  return dashed ? 0.55 : 1;
}

/** Steps of the axis that are round in MiB, not in bytes. */
function byteSteps(): number[] {
  return [1, 10, 100, 1000, 10_000, 100_000].flatMap((decade) => [1, 2, 5].map((digit) => digit * decade * bytesPerMiB));
}

function nearestIndex(plot: uPlot, line: number, index: number): number {
  const levels = plot.data[line];
  for (let distance = 0; levels && distance < nearestPoints; distance++) {
    if (typeof levels[index - distance] === 'number') return index - distance;
    if (typeof levels[index + distance] === 'number') return index + distance;
  }
  return index;
}
