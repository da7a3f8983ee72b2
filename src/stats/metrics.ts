import type { Cell, Metric } from '../model/result.ts';

/** The metrics of these cells by name, in the order in which they first came, and which way each is better, where one of them says so. */
export function metricsOf(cells: readonly Pick<Cell, 'metrics'>[]): ReadonlyMap<string, Metric['better']> {
  const metrics = new Map<string, Metric['better']>();
  for (const { metrics: own = {} } of cells) {
    for (const [name, { better }] of Object.entries(own)) metrics.set(name, metrics.get(name) ?? better);
  }
  return metrics;
}
