import { Gauge, type OpenMetricsContentType, type PrometheusContentType, Registry } from 'prom-client';
import { printable } from '../model/printable.ts';
import { allProcessMetrics, type ProcessMetric, processLabels } from './metrics.ts';
import type { Reading } from './reading.ts';

export type Format = 'text' | 'openmetrics';
/** Of a registry that serves both. */
export type ContentType = PrometheusContentType | OpenMetricsContentType;

/** The gauges of the selected processes, filled anew for each scrape: a process that has ended leaves nothing behind. */
export class Exposition {
  readonly registry = new Registry<ContentType>();
  readonly #gauges: { gauge: Gauge; metric: ProcessMetric }[];
  readonly #info: Gauge;

  constructor() {
    const registers = [this.registry];
    this.#info = new Gauge({
      name: 'offheap_process_info',
      help: 'Always 1: which processes are exported, which allocator serves them, and whether they are JVMs.',
      labelNames: [...processLabels, 'allocator', 'jvm'],
      registers,
    });
    this.#gauges = allProcessMetrics.map((metric) => {
      const labelNames = [...processLabels, ...(metric.label === undefined ? [] : [metric.label])];
      return { metric, gauge: new Gauge({ name: metric.name, help: metric.help, labelNames, registers }) };
    });
  }

  fill(readings: readonly Reading[]): void {
    this.#info.reset();
    for (const { gauge } of this.#gauges) gauge.reset();
    for (const reading of readings) this.#add(reading);
  }

  /** The text, and its content type. Not to be called again before it has settled: the registry has one content type at a time. */
  async render(format: Format): Promise<{ text: string; contentType: string }> {
    this.registry.setContentType(format === 'openmetrics' ? Registry.OPENMETRICS_CONTENT_TYPE : Registry.PROMETHEUS_CONTENT_TYPE);
    return { contentType: this.registry.contentType, text: await this.registry.metrics() };
  }

  #add(reading: Reading): void {
    const { pid, command, place, look, isJvm } = reading.subject;
    const labels = { pid: String(pid), command, container_id: place.containerId ?? '', pod_uid: place.podUid ?? '' };
    this.#info.set({ ...labels, allocator: look?.allocator ?? '', jvm: String(isJvm) }, 1);
    for (const { gauge, metric } of this.#gauges) {
      for (const [value, figure] of metric.values(reading)) {
        if (figure !== undefined)
          gauge.set(metric.label === undefined ? labels : { ...labels, [metric.label]: printable(value) }, figure);
      }
    }
  }
}
