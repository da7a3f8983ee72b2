import type uPlot from 'uplot';
import { type Alignment, type Curve, originMs } from './curves.ts';
import { cssVariable } from './dom.ts';

const labelGap = 4;
const lineHeight = 13;

/** A dot on each curve at its phases, where the reading was exact. */
export function drawDots(plot: uPlot, curves: readonly Curve[], alignment: Alignment, colorOf: (curve: Curve) => string): void {
  const { ctx } = plot;
  for (const curve of curves) {
    ctx.fillStyle = colorOf(curve);
    ctx.strokeStyle = cssVariable('--surface');
    ctx.lineWidth = 1.5 * devicePixelRatio;
    for (const sample of Object.values(curve.phases)) {
      const x = positionOf(plot, curve, alignment, sample.atMs);
      if (x === undefined) continue;
      ctx.beginPath();
      ctx.arc(x, plot.valToPos(sample.rssBytes, 'y', true), 3.5 * devicePixelRatio, 0, 2 * Math.PI);
      ctx.fill();
      ctx.stroke();
    }
  }
}

/** A named line at each phase of one curve: the phases of all would hide them. Names that would run into each other go one beneath the other. */
export function drawPhaseLines(plot: uPlot, curve: Curve, alignment: Alignment): void {
  const { ctx, bbox } = plot;
  let clearTo = Number.NEGATIVE_INFINITY;
  let row = 0;
  ctx.save();
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textBaseline = 'top';
  ctx.textAlign = 'left';
  ctx.strokeStyle = cssVariable('--muted');
  ctx.fillStyle = cssVariable('--muted');
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
  for (const [phase, { atMs }] of Object.entries(curve.phases).sort(([, a], [, b]) => a.atMs - b.atMs)) {
    const x = positionOf(plot, curve, alignment, atMs);
    if (x === undefined) continue;
    const width = ctx.measureText(phase).width + labelGap * devicePixelRatio;
    const left = x + width > bbox.left + bbox.width ? x - width : x + labelGap * devicePixelRatio;
    row = left < clearTo ? row + 1 : 0;
    clearTo = Math.max(clearTo, left + width);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.fillText(phase, left, bbox.top + row * lineHeight * devicePixelRatio);
  }
  ctx.restore();
}

/** In canvas pixels; undefined outside of the view. */
function positionOf(plot: uPlot, curve: Curve, alignment: Alignment, atMs: number): number | undefined {
  const origin = originMs(curve, alignment);
  if (origin === undefined) return undefined;
  const x = plot.valToPos((atMs - origin) / 1000, 'x', true);
  return x >= plot.bbox.left && x <= plot.bbox.left + plot.bbox.width ? x : undefined;
}
