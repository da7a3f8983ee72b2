import { Exposition, type Format } from './exposition.ts';
import { addHostMetrics } from './host-metrics.ts';
import { OwnMetrics } from './own-metrics.ts';
import { type Reading, readSubject } from './reading.ts';
import type { Roster } from './roster.ts';
import { codeOf } from './rounds.ts';
import type { Subject } from './subject.ts';

export interface ScraperOptions {
  /** Time for reading the processes at a scrape. */
  budgetMs: number;
}

export interface Page {
  bytes: Buffer;
  contentType: string;
}

/** Answers scrapes: reads what costs microseconds, takes the rest from the last look, and renders it. */
export class Scraper {
  readonly own: OwnMetrics;
  readonly #exposition = new Exposition();
  readonly #roster: Roster;
  readonly #options: ScraperOptions;
  readonly #underWay = new Map<Format, Promise<Page>>();
  #last: Promise<unknown> = Promise.resolve();
  #turn = 0;

  constructor(roster: Roster, options: ScraperOptions) {
    this.#roster = roster;
    this.#options = options;
    this.own = new OwnMetrics(this.#exposition.registry);
    addHostMetrics([this.#exposition.registry]);
  }

  /** Of all that is exported beside the figures of processes. */
  get registry(): Exposition['registry'] {
    return this.#exposition.registry;
  }

  /** One at a time; who asks while another's answer has not been begun shares it. So many scrapers at once cost no more than two. */
  scrape(format: Format): Promise<Page> {
    const waiting = this.#underWay.get(format);
    if (waiting) return waiting;
    const page = this.#last.then(() => {
      this.#underWay.delete(format);
      return this.#take(format);
    });
    this.#underWay.set(format, page);
    this.#last = page.catch(() => {});
    return page;
  }

  async #take(format: Format): Promise<Page> {
    const startedAt = performance.now();
    try {
      const readings = this.#read(startedAt + this.#options.budgetMs);
      this.#exposition.fill(readings);
      this.own.counted(this.#roster.subjects.length, this.#roster.leftOut);
      return await this.#exposition.render(format);
    } catch (error) {
      this.own.failed('scrape', codeOf(error));
      throw error;
    } finally {
      this.own.scraped(performance.now() - startedAt);
    }
  }

  /** Begins with another process each time, so that it is not always the same ones that are skipped. */
  #read(deadline: number): Reading[] {
    const { subjects, leftOut } = this.#roster;
    const readings: Reading[] = [];
    const first = subjects.length === 0 ? 0 : this.#turn++ % subjects.length;
    const inTurn = [...subjects.slice(first), ...subjects.slice(0, first)];
    for (const [index, subject] of inTurn.entries()) {
      if (performance.now() >= deadline) {
        this.own.skipped('budget', inTurn.length - index);
        break;
      }
      const reading = this.#readOne(subject);
      if (reading) readings.push(reading);
    }
    this.own.skipped('limit', leftOut);
    return readings;
  }

  #readOne(subject: Subject): Reading | undefined {
    try {
      const reading = readSubject(subject);
      if (reading?.isLiveWithheld) this.own.failed('counters', 'NOT_CREDIBLE');
      if (reading) return reading;
      this.#roster.drop(subject);
      this.own.gone();
    } catch (error) {
      this.own.failed('counters', codeOf(error));
    }
    return undefined;
  }
}
