import uPlot from 'uplot';
import { formatSeconds } from '../model/units.ts';
import { type Alignment, type Curve, originMs } from './curves.ts';
import { cssVariable, isChecked, required } from './dom.ts';
import { Legend } from './legend.ts';
import { chooseLines, type Drawn, dataOf, peakBytes, spanOf } from './lines.ts';
import { drawDots, drawPhaseLines } from './marks.ts';
import { alphaOf, type PlotEvents, plotOptions } from './plot-options.ts';
import { pan, type View, zoom } from './view.ts';

const heightPx = 400;
const heightPxNarrow = 300;
const narrowPx = 600;
/** A cursor that is moved by keyboard is next to no curve: what is picked stays picked. */
const farAway = -1000;

/** The chart of one report: what its controls say is drawn, on one time axis, resampled for what is in view. */
export class Chart {
  readonly #frame = required('chart', HTMLDivElement);
  readonly #curves: readonly Curve[];
  readonly #legend: Legend;
  #plot: uPlot | undefined;
  #drawn: Drawn[] = [];
  #alignment: Alignment;
  #all: View;
  #view: View;
  #atMs: number | undefined;

  constructor(curves: readonly Curve[], alignment: Alignment) {
    this.#curves = curves;
    this.#alignment = alignment;
    this.#legend = new Legend(
      () => this.rebuild(),
      () => this.#highlight(),
    );
    this.#all = spanOf(curves, alignment);
    this.#view = this.#all;
  }

  repaint(): void {
    this.#plot?.redraw(false, true);
  }

  rebuild(): void {
    const live = isChecked('show-live');
    this.#drawn = chooseLines(this.#curves, this.#alignment, {
      live,
      rss: isChecked('show-rss'),
      repeats: isChecked('show-repeats'),
      isShown: (configuration) => this.#legend.isShown(configuration),
      colorOf: (configuration) => this.#legend.colorOf(configuration),
    });
    this.#plot?.destroy();
    const width = this.#frame.clientWidth;
    const size = { width, height: width < narrowPx ? heightPxNarrow : heightPx };
    this.#plot = new uPlot(plotOptions(size, this.#drawn, peakBytes(this.#curves, live), this.#events()), [[]], this.#frame);
    this.show(this.#view);
    this.#highlight();
  }

  #events(): PlotEvents {
    return {
      onCursor: (seconds) => this.#moveTo(seconds === undefined ? undefined : seconds * 1000),
      onSelect: (from, to) => this.show({ fromMs: from * 1000, toMs: to * 1000 }),
      onReset: () => this.show(this.#all),
      onFocus: (line) => {
        this.#legend.pickNamed(line === undefined ? undefined : this.#drawn[line - 1]?.curve.configuration);
        this.#highlight();
      },
      onDraw: (plot) => this.#drawMarks(plot),
    };
  }

  show(view: View): void {
    this.#view = view;
    const plot = this.#plot;
    plot?.batch(() => {
      plot.setData(dataOf(this.#drawn, this.#alignment, view, plot.width), false);
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
    this.#all = spanOf(this.#curves, alignment);
    this.#view = this.#all;
    this.rebuild();
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
      const other = curve.configuration !== picked;
      if (series) series.alpha = alphaOf(dashed && other, picked !== undefined && other);
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
    this.#plot?.setCursor({ left: this.#plot.valToPos(clamped / 1000, 'x'), top: farAway });
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
