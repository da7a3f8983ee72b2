import type uPlot from 'uplot';
import { type Alignment, type Curve, originMs } from './curves.ts';
import type { Line } from './plot-options.ts';
import { axisOf, resample } from './resample.ts';
import type { View } from './view.ts';

type Level = 'rssBytes' | 'liveBytes';

/** A line of the chart, and what it is of. */
export interface Drawn extends Line {
  curve: Curve;
  level: Level;
}

/** What the controls ask for. */
export interface Choice {
  rss: boolean;
  live: boolean;
  repeats: boolean;
  isShown: (configuration: string) => boolean;
  colorOf: (configuration: string) => string;
}

/** Two points for a column of pixels; fewer than these would be seen as corners. */
const fewestPoints = 200;

/** Live below RSS, so that RSS lies on top. */
export function chooseLines(curves: readonly Curve[], alignment: Alignment, choice: Choice): Drawn[] {
  const shown = curves.filter(
    (curve) =>
      choice.isShown(curve.configuration) && (curve.representative || choice.repeats) && originMs(curve, alignment) !== undefined,
  );
  const lines = (level: Level, dashed: boolean) =>
    shown
      .filter((curve) => curve[level])
      .map((curve) => ({ curve, level, dashed, label: curve.configuration, color: choice.colorOf(curve.configuration) }));
  return [...(choice.live ? lines('liveBytes', true) : []), ...(choice.rss ? lines('rssBytes', false) : [])];
}

/** The whole of the time axis, of all curves, so that hiding one moves no other. */
export function spanOf(curves: readonly Curve[], alignment: Alignment): View {
  const span = { fromMs: alignment === 'start' ? 0 : Number.POSITIVE_INFINITY, toMs: Number.NEGATIVE_INFINITY };
  for (const curve of curves) {
    const origin = originMs(curve, alignment);
    if (origin === undefined) continue;
    span.fromMs = Math.min(span.fromMs, (curve.atMs[0] ?? 0) - origin);
    span.toMs = Math.max(span.toMs, (curve.atMs.at(-1) ?? 0) - origin);
  }
  return span.fromMs < span.toMs ? span : { fromMs: 0, toMs: 1 };
}

export function peakBytes(curves: readonly Curve[], withLive: boolean): number {
  let peak = 1;
  for (const { rssBytes, liveBytes = [] } of curves) {
    for (const levels of withLive ? [rssBytes, liveBytes] : [rssBytes]) {
      for (const level of levels) if (level !== null && level > peak) peak = level;
    }
  }
  return peak;
}

/** Seconds, and each line on them. */
export function dataOf(drawn: readonly Drawn[], alignment: Alignment, view: View, widthPx: number): uPlot.AlignedData {
  const window = { ...view, points: Math.max(fewestPoints, widthPx * 2) };
  const levels = drawn.map(({ curve, level }) => {
    const origin = originMs(curve, alignment) ?? 0;
    const own = { ...window, fromMs: window.fromMs + origin, toMs: window.toMs + origin };
    return resample(curve.atMs, curve[level] ?? [], curve.gaps, own);
  });
  return [axisOf(window).map((ms) => ms / 1000), ...levels];
}
