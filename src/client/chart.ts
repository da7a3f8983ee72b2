import uPlot from 'uplot';
import { formatSeconds } from '../model/units.ts';
import { type Alignment, type Curve, originMs } from './curves.ts';
import { cssVariable, isChecked, required } from './dom.ts';
import { listenToKeys } from './keys.ts';
import { Legend } from './legend.ts';
import { drawDots, drawPhaseLines } from './marks.ts';
import { alphaOf, type Line, plotOptions } from './plot-options.ts';
import { axisOf, resample } from './resample.ts';
import { pan, type View, zoom } from './view.ts';

const heightPx = 400;
const heightPxNarrow = 300;
const narrowPx = 600;

type Level = 'rssBytes' | 'liveBytes';
interface Drawn extends Line {
  curve: Curve;
  level: Level;
}

/** The chart of one report: what its controls say is drawn, on one time axis, resampled for what is in view. */
class Chart {
  readonly #frame = required('chart', HTMLDivElement);
  readonly #curves: readonly Curve[];
  readonly #legend: Legend;
  #plot: uPlot | undefined;
  #drawn: Drawn[] = [];
  #alignment: Alignment;
  #all: View = { fromMs: 0, toMs: 1 };
  #view: View = this.#all;
  #atMs: number | undefined;

  constructor(curves: readonly Curve[], alignment: Alignment) {
    this.#curves = curves;
    this.#alignment = alignment;
    this.#legend = new Legend(
      () => this.rebuild(),
      () => this.#highlight(),
    );
    this.#align();
  }

  repaint(): void {
    this.#plot?.redraw(false, true);
  }

  rebuild(): void {
    this.#drawn = this.#choose();
    this.#plot?.destroy();
    const width = this.#frame.clientWidth;
    const levels = this.#curves.flatMap(({ rssBytes, liveBytes }) => [rssBytes, isChecked('show-live') ? (liveBytes ?? []) : []]);
    const options = plotOptions({ width, height: width < narrowPx ? heightPxNarrow : heightPx }, this.#drawn, peakOf(levels), {
      onCursor: (seconds) => this.#moveTo(seconds === undefined ? undefined : seconds * 1000),
      onSelect: (from, to) => this.show({ fromMs: from * 1000, toMs: to * 1000 }),
      onReset: () => this.show(this.#all),
      onFocus: (line) => {
        this.#legend.pickNamed(line === undefined ? undefined : this.#drawn[line - 1]?.curve.configuration);
        this.#highlight();
      },
      onDraw: (plot) => this.#drawMarks(plot),
    });
    this.#plot = new uPlot(options, this.#dataOf(width), this.#frame);
    this.show(this.#view);
  }

  show(view: View): void {
    this.#view = view;
    const plot = this.#plot;
    plot?.batch(() => {
      plot.setData(this.#dataOf(plot.width), false);
      plot.setScale('x', { min: view.fromMs / 1000, max: view.toMs / 1000 });
      plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    });
    this.#frame.dataset['view'] = `${view.fromMs.toFixed(0)}–${view.toMs.toFixed(0)}`;
  }

  do(action: string): void {
    const { fromMs, toMs } = this.#view;
    if (action === 'in') this.show(zoom(this.#view, this.#all, 0.5, this.#atMs));
    else if (action === 'out') this.show(zoom(this.#view, this.#all, 2, this.#atMs));
    else if (action === 'earlier') this.show(pan(this.#view, this.#all, -0.25));
    else if (action === 'later') this.show(pan(this.#view, this.#all, 0.25));
    else if (action === 'reset') this.show(this.#all);
    else if (action === 'left') this.#moveCursor((this.#atMs ?? toMs) - (toMs - fromMs) / 50);
    else if (action === 'right') this.#moveCursor((this.#atMs ?? fromMs) + (toMs - fromMs) / 50);
    else if (action === 'up' || action === 'down') this.#step(action === 'down' ? 1 : -1);
  }

  alignTo(alignment: Alignment): void {
    this.#alignment = alignment;
    this.#align();
    this.rebuild();
  }

  #align(): void {
    const spans = this.#curves.flatMap((curve) => {
      const origin = originMs(curve, this.#alignment);
      return origin === undefined ? [] : { fromMs: (curve.atMs[0] ?? 0) - origin, toMs: (curve.atMs.at(-1) ?? 0) - origin };
    });
    this.#all = { fromMs: Math.min(...spans.map(({ fromMs }) => fromMs)), toMs: Math.max(...spans.map(({ toMs }) => toMs)) };
    if (this.#alignment === 'start') this.#all.fromMs = 0;
    this.#view = this.#all;
  }

  /** Live below RSS, so that RSS lies on top. */
  #choose(): Drawn[] {
    const shown = this.#curves.filter(
      (curve) =>
        this.#legend.isShown(curve.configuration) &&
        (curve.representative || isChecked('show-repeats')) &&
        originMs(curve, this.#alignment) !== undefined,
    );
    const lines = (level: Level, dashed: boolean) =>
      shown
        .filter((curve) => curve[level])
        .map((curve) => ({ curve, level, dashed, label: curve.configuration, color: this.#legend.colorOf(curve.configuration) }));
    return [
      ...(isChecked('show-live') ? lines('liveBytes', true) : []),
      ...(isChecked('show-rss') ? lines('rssBytes', false) : []),
    ];
  }

  #dataOf(widthPx: number): uPlot.AlignedData {
    const window = { ...this.#view, points: Math.max(200, widthPx * 2) };
    const lines = this.#drawn.map(({ curve, level }) => {
      const origin = originMs(curve, this.#alignment) ?? 0;
      const own = { ...window, fromMs: window.fromMs + origin, toMs: window.toMs + origin };
      return resample(curve.atMs, curve[level] ?? [], curve.gaps, own);
    });
    return [axisOf(window).map((ms) => ms / 1000), ...lines];
  }

  #drawMarks(plot: uPlot): void {
    const rss = this.#drawn.filter(({ level }) => level === 'rssBytes');
    const named = this.#drawn.find(({ curve }) => curve.configuration === this.#legend.picked) ?? rss[0] ?? this.#drawn[0];
    if (named) drawPhaseLines(plot, named.curve, this.#alignment);
    const curves = rss.map(({ curve }) => curve);
    const faded = (curve: Curve) => this.#legend.picked !== undefined && curve.configuration !== this.#legend.picked;
    drawDots(
      plot,
      curves.filter((curve) => !faded(curve)),
      this.#alignment,
      (curve) => cssVariable(this.#legend.colorOf(curve.configuration)),
    );
  }

  /** Brings the picked configuration to the fore. */
  #highlight(): void {
    const picked = this.#legend.picked;
    this.#drawn.forEach(({ dashed, curve }, index) => {
      const series = this.#plot?.series[index + 1];
      if (series)
        series.alpha = alphaOf(dashed && curve.configuration !== picked, picked !== undefined && curve.configuration !== picked);
    });
    this.repaint();
  }

  #step(by: 1 | -1): void {
    this.#legend.step(by);
    this.#highlight();
    this.#announce();
  }

  #moveCursor(atMs: number): void {
    const clamped = Math.min(Math.max(atMs, this.#view.fromMs), this.#view.toMs);
    this.#plot?.setCursor({ left: this.#plot.valToPos(clamped / 1000, 'x'), top: 0 });
    this.#moveTo(clamped);
    this.#announce();
  }

  #moveTo(atMs: number | undefined): void {
    this.#atMs = atMs;
    required('cursor-time', HTMLElement).textContent =
      atMs === undefined ? '' : `, at ${(atMs / 1000).toFixed(2)} s`.replace('-', '−');
    this.#legend.showValues(this.#curves, (curve) => {
      const origin = originMs(curve, this.#alignment);
      return atMs === undefined || origin === undefined ? undefined : atMs + origin;
    });
  }

  #announce(): void {
    const time = this.#atMs === undefined ? '' : `${formatSeconds(this.#atMs)}. `;
    required('chart-status', HTMLElement).textContent = time + this.#legend.describe();
  }
}

export function startChart(area: HTMLElement, curves: readonly Curve[]): { repaint: () => void } {
  area.hidden = false;
  required('chart-absent', HTMLElement).hidden = true;
  const align = required('align', HTMLSelectElement);
  const chart = new Chart(curves, align.value as Alignment);
  const frame = required('chart', HTMLDivElement);
  for (const button of area.querySelectorAll<HTMLButtonElement>('button[data-chart]')) {
    button.addEventListener('click', () => chart.do(button.dataset['chart'] ?? ''));
  }
  for (const box of area.querySelectorAll<HTMLInputElement>('.toolbar input'))
    box.addEventListener('change', () => chart.rebuild());
  align.addEventListener('change', () => chart.alignTo(align.value as Alignment));
  listenToKeys(frame, (action) => chart.do(action));
  let width = frame.clientWidth;
  new ResizeObserver(() => {
    if (frame.clientWidth === width) return;
    width = frame.clientWidth;
    chart.rebuild();
  }).observe(frame);
  chart.rebuild();
  return chart;
}

function peakOf(levels: readonly (readonly (number | null)[])[]): number {
  let peak = 1;
  for (const line of levels) for (const level of line) if (level !== null && level > peak) peak = level;
  return peak;
}
