import { Chart } from './chart.ts';
import type { Alignment, Curve } from './curves.ts';
import { required } from './dom.ts';
import { listenToKeys } from './keys.ts';

/** Shows the chart and connects its buttons, boxes and keys. */
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
