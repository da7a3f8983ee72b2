import type { RecordedFigure } from '../model/dead.ts';
import type { RecordedEvent } from '../parse/jfr-events.ts';
import { type Point, steadyGrowth } from './steady-growth.ts';

/** A year of one figure a second would be 30 million: every other one goes when there are so many. */
const mostPoints = 16_384;
/** In as many equal parts of the time a figure is its median: what it does from second to second is no growth. */
const timeParts = 32;

/** What a recording tells of memory, figure by figure. */
export class Recording {
  readonly #series = new Map<string, Point[]>();
  readonly #texts = new Map<string, string>();
  readonly #types = new Map<string, number>();
  firstMs = Number.POSITIVE_INFINITY;
  lastMs = Number.NEGATIVE_INFINITY;

  take(event: RecordedEvent): void {
    const { type, atMs } = event;
    this.#types.set(type, (this.#types.get(type) ?? 0) + 1);
    for (const [name, text] of event.texts) if (isKept(type)) this.#texts.set(`${type}.${name}`, text);
    for (const [name, value] of event.numbers) if (isKept(type)) this.#texts.set(`${type}.${name}`, String(value));
    if (atMs === undefined) return;
    if (!isKept(type)) {
      this.firstMs = Math.min(this.firstMs, atMs);
      this.lastMs = Math.max(this.lastMs, atMs);
    }
    for (const [name, value] of figuresOf(event)) this.#add(name, { atMs, value });
  }

  /** In the order of time. */
  points(name: string): Point[] {
    return [...(this.#series.get(name) ?? [])].sort((a, b) => a.atMs - b.atMs);
  }

  get names(): string[] {
    return [...this.#series.keys()];
  }

  /** Of an event that tells what does not change, such as `jdk.JVMInformation.jvmVersion`. */
  text(name: string): string | undefined {
    return this.#texts.get(name);
  }

  count(type: string): number {
    return this.#types.get(type) ?? 0;
  }

  #add(name: string, point: Point): void {
    const points = this.#series.get(name) ?? [];
    points.push(point);
    const thinned = points.length > mostPoints ? points.filter((_, index) => index % 2 === 0) : points;
    if (this.#series.size < mostSeries || this.#series.has(name)) this.#series.set(name, thinned);
  }
}

/** NMT has some thirty categories. */
const mostSeries = 200;

const kept: ReadonlySet<string> = new Set([
  'jdk.JVMInformation',
  'jdk.ContainerConfiguration',
  'jdk.GCConfiguration',
  'jdk.Shutdown',
]);

function isKept(type: string): boolean {
  return kept.has(type);
}

/** What an event tells, by the name of the figure. */
function figuresOf({ type, numbers, texts }: RecordedEvent): [string, number][] {
  const of = (name: string, field: string): [string, number][] => {
    const value = numbers.get(field);
    return value === undefined || value < 0 ? [] : [[name, value]];
  };
  switch (type) {
    case 'jdk.ResidentSetSize':
      return [...of('rss', 'size'), ...of('peak rss', 'peak')];
    case 'jdk.NativeMemoryUsageTotal':
      return of('nmt', 'committed');
    case 'jdk.NativeMemoryUsage':
      return of(`nmt: ${texts.get('type') ?? ''}`, 'committed');
    case 'jdk.GCHeapSummary':
      return [
        ...of(texts.get('when') === 'After GC' ? 'heap after' : 'heap before', 'heapUsed'),
        ...of('heap committed', 'heapSpace.committedSize'),
        ...of('heap reserved', 'heapSpace.reservedSize'),
      ];
    case 'jdk.MetaspaceSummary':
      return [...of('metaspace', 'metaspace.committed'), ...of('metaspace used', 'metaspace.used')];
    case 'jdk.JavaThreadStatistics':
      return of('threads', 'activeCount');
    case 'jdk.DirectBufferStatistics':
      return [...of('direct buffers', 'memoryUsed'), ...of('direct buffer count', 'count')];
    case 'jdk.ClassLoadingStatistics':
      return [...of('classes loaded', 'loadedClassCount'), ...of('classes unloaded', 'unloadedClassCount')];
    case 'jdk.PhysicalMemory':
      return [...of('machine used', 'usedSize'), ...of('machine', 'totalSize')];
    case 'jdk.ContainerMemoryUsage':
      return of('container', 'memoryUsage');
    default:
      return [];
  }
}

/** Without what happens from second to second. */
export function smoothed(points: readonly Point[]): Point[] {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length <= timeParts) return [...points];
  const partMs = (last.atMs - first.atMs) / timeParts || 1;
  const parts = new Map<number, Point[]>();
  for (const point of points) {
    const part = Math.min(timeParts - 1, Math.floor((point.atMs - first.atMs) / partMs));
    const list = parts.get(part);
    if (list) list.push(point);
    else parts.set(part, [point]);
  }
  return [...parts.values()].map(medianOf);
}

function medianOf(points: readonly Point[]): Point {
  const sorted = points.toSorted((a, b) => a.value - b.value);
  const middle = sorted[Math.floor(sorted.length / 2)] as Point;
  return { atMs: (points[Math.floor(points.length / 2)] as Point).atMs, value: middle.value };
}

/** A figure for a table; undefined of one that was never recorded. */
export function recordedFigure(what: string, unit: RecordedFigure['unit'], points: readonly Point[]): RecordedFigure | undefined {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return undefined;
  const steady = steadyGrowth(smoothed(points));
  return {
    ...{ what, unit, first: first.value, last: last.value, most: points.reduce((most, { value }) => Math.max(most, value), 0) },
    samples: points.length,
    ...(steady ? { perMinute: steady.bytesPerMinute } : {}),
  };
}
