import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { toolVersion } from '../process/tool-version.ts';
import type { ContentType } from './exposition.ts';
import type { RoundsJournal } from './rounds.ts';
import type { Instrument } from './subject.ts';

/** Why a selected process is not in a scrape: its time was up, or there are more processes than are exported. */
export const skipReasons = ['budget', 'limit'] as const;
export type SkipReason = (typeof skipReasons)[number];

const scrapeBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1];
const lookBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** What the exporter tells of itself. */
export class OwnMetrics implements RoundsJournal {
  readonly #errors: Counter;
  readonly #skipped: Counter;
  readonly #gone: Counter;
  readonly #scrapes: Histogram;
  readonly #looks: Histogram;
  readonly #processes: Gauge;

  constructor(registry: Registry<ContentType>) {
    const registers = [registry];
    const name = (suffix: string) => `offheap_exporter_${suffix}`;
    this.#errors = new Counter({
      name: name('errors_total'),
      help: 'What could not be read, by instrument and code; processes that end are no errors.',
      labelNames: ['instrument', 'code'],
      registers,
    });
    this.#skipped = new Counter({
      name: name('skipped_total'),
      help: 'Processes that a scrape left out: budget, its time was up; limit, there are more than --max-processes.',
      labelNames: ['reason'],
      registers,
    });
    this.#gone = new Counter({ name: name('gone_total'), help: 'Processes that ended before they were read.', registers });
    this.#scrapes = new Histogram({
      name: name('scrape_duration_seconds'),
      help: 'How long scrapes took, up to the last one.',
      buckets: scrapeBuckets,
      registers,
    });
    this.#looks = new Histogram({
      name: name('look_duration_seconds'),
      help: 'How long looks at a process took, in the background.',
      buckets: lookBuckets,
      registers,
    });
    this.#processes = new Gauge({
      name: name('processes'),
      help: 'Selected processes: exported, or left_out for want of a place.',
      labelNames: ['state'],
      registers,
    });
    for (const reason of skipReasons) this.#skipped.inc({ reason }, 0);
    addProcessMetrics(registers);
  }

  looked(durationMs: number): void {
    this.#looks.observe(durationMs / 1000);
  }

  gone(): void {
    this.#gone.inc();
  }

  failed(instrument: Instrument, code: string): void {
    this.#errors.inc({ instrument, code });
  }

  skipped(reason: SkipReason, count: number): void {
    this.#skipped.inc({ reason }, count);
  }

  scraped(durationMs: number): void {
    this.#scrapes.observe(durationMs / 1000);
  }

  counted(exported: number, leftOut: number): void {
    this.#processes.set({ state: 'exported' }, exported);
    this.#processes.set({ state: 'left_out' }, leftOut);
  }
}

/** The three that every client library has; prom-client's defaults have many more, some of which cost processor time all the time. */
function addProcessMetrics(registers: Registry<ContentType>[]): void {
  new Gauge({
    name: 'offheap_exporter_build_info',
    help: 'Always 1.',
    labelNames: ['version'],
    registers,
  }).set({ version: toolVersion }, 1);
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Processor time of the exporter.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'RSS of the exporter.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new Gauge({ name: 'process_start_time_seconds', help: 'When the exporter was started.', registers }).set(
    performance.timeOrigin / 1000,
  );
}
