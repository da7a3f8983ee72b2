import { type OpenMetricsContentType, type PrometheusContentType, Registry } from 'prom-client';
import { printable } from '../model/printable.ts';
import { allProcessMetrics, processLabels } from './metrics.ts';
import type { ProcessMetric } from './process-metric.ts';
import type { Reading } from './reading.ts';
import type { Look, Subject } from './subject.ts';

export type Format = 'text' | 'openmetrics';
/** Of a registry that serves both. */
export type ContentType = PrometheusContentType | OpenMetricsContentType;

const info = {
  name: 'offheap_process_info',
  help: 'Always 1: which processes are exported, which allocator serves them, and whether they are JVMs.',
};
/** Each with its place among the heads. */
const ofScrape = allProcessMetrics.flatMap((metric, index) => (metric.isOfScrape ? [{ metric, index: index + 1 }] : []));
const heads = { text: headsOf('text'), openmetrics: headsOf('openmetrics') };

/**
 * The figures of the selected processes, and in a registry the exporter's own. A registry makes anew at each scrape every sample, and a key of all its labels. Nearly all that is
 * told of a process is of its last look: those lines are kept until the next one.
 */
export class Exposition {
  readonly registry = new Registry<ContentType>();
  readonly #labels = new WeakMap<Subject, string>();
  /** Each with those of the same metrics as the heads. */
  readonly #linesOfLooks = new WeakMap<Look, readonly string[]>();
  /** Of each process, by metric. */
  #lines: readonly (readonly string[])[] = [];

  /** A process that has ended leaves nothing behind. */
  fill(readings: readonly Reading[]): void {
    this.#lines = readings.map((reading) => this.#linesOf(reading));
  }

  /** The text, and its content type. Not to be called again before it has settled: the registry has one content type at a time. */
  async render(format: Format): Promise<{ bytes: Buffer; contentType: string }> {
    this.registry.setContentType(format === 'openmetrics' ? Registry.OPENMETRICS_CONTENT_TYPE : Registry.PROMETHEUS_CONTENT_TYPE);
    const own = await this.registry.metrics();
    const { contentType } = this.registry;
    const pieces = heads[format].flatMap((head, index) => [head, ...this.#lines.map((lines) => lines[index] ?? '')]);
    return { contentType, bytes: toBytes([...pieces, own]) };
  }

  #linesOf(reading: Reading): readonly string[] {
    const { subject } = reading;
    const { look } = subject;
    const labels = this.#labelsOf(subject);
    const kept = look && this.#linesOfLooks.get(look);
    if (kept) {
      const lines = [...kept];
      for (const { metric, index } of ofScrape) lines[index] = samplesOf(metric, reading, labels);
      return lines;
    }
    const first = `${info.name}{${labels},${label('allocator', look?.allocator ?? '')},${label('jvm', String(subject.isJvm))}} 1\n`;
    const lines = [first, ...allProcessMetrics.map((metric) => samplesOf(metric, reading, labels))];
    if (look) this.#linesOfLooks.set(look, lines);
    return lines;
  }

  #labelsOf(subject: Subject): string {
    const known = this.#labels.get(subject);
    if (known !== undefined) return known;
    const { pid, command, place } = subject;
    const values = [String(pid), command, place.containerId ?? '', place.podUid ?? ''];
    const labels = processLabels.map((name, index) => label(name, values[index] ?? '')).join(',');
    this.#labels.set(subject, labels);
    return labels;
  }
}

/** Piece by piece into their place: a string of all of them, 1.3 MB of 200 JVMs, would be there three times until it is sent. */
function toBytes(pieces: readonly string[]): Buffer {
  const bytes = Buffer.allocUnsafeSlow(pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0));
  let at = 0;
  for (const piece of pieces) at += bytes.write(piece, at);
  return bytes;
}

/** What stands in front of the lines of each metric. OpenMetrics calls a counter by its name without the end. */
function headsOf(format: Format): string[] {
  return [info, ...allProcessMetrics].map(({ name, help, isCounter }: Pick<ProcessMetric, 'name' | 'help' | 'isCounter'>) => {
    const family = isCounter && format === 'openmetrics' ? name.replace(/_total$/, '') : name;
    return `# HELP ${family} ${help}\n# TYPE ${family} ${isCounter ? 'counter' : 'gauge'}\n`;
  });
}

/** Of two values that are printed alike the last one: a scraper refuses all of a text that has a sample twice. */
function samplesOf({ name, label: own = [], values }: ProcessMetric, reading: Reading, labels: string): string {
  const names = [own].flat();
  const samples = new Map<string, number>();
  for (const [value, figure] of values(reading)) {
    const ownValues = [value].flat();
    const all = [labels, ...names.map((each, index) => label(each, printable(ownValues[index] ?? '')))].join(',');
    if (figure !== undefined) samples.set(all, figure);
  }
  return [...samples].map(([all, figure]) => `${name}{${all}} ${figure}\n`).join('');
}

/** As both formats write it. */
function label(name: string, value: string): string {
  return `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
