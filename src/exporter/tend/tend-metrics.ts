import { Counter, Histogram, type Registry } from 'prom-client';
import { type TendEvent, tendResults } from '../../model/tend.ts';
import type { ContentType } from '../exposition.ts';

/** A trim of 100 MB takes milliseconds, one of 4 GB some hundred. */
const trimBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** What came of all trims together, for Prometheus. With --tend. */
export class TendMetrics {
  readonly #trims: Counter;
  readonly #predicted: Counter;
  readonly #returned: Counter;
  readonly #seconds: Histogram;

  constructor(registry: Registry<ContentType>) {
    const registers = [registry];
    this.#trims = new Counter({
      name: 'offheap_trims_total',
      help: 'With --tend, by result. returned, little: of a trim. undone: RSS was back a minute later. would: in a dry run. failed: it was not told. refused: it is never told.',
      labelNames: ['result'],
      registers,
    });
    this.#predicted = new Counter({
      name: 'offheap_trim_predicted_bytes_total',
      help: 'What trims were predicted to give back; in a dry run, what they would have.',
      registers,
    });
    this.#returned = new Counter({
      name: 'offheap_trim_returned_bytes_total',
      help: 'By how much trims have lowered RSS.',
      registers,
    });
    this.#seconds = new Histogram({
      name: 'offheap_trim_seconds',
      help: 'How long trims took, from the request to the answer.',
      buckets: trimBuckets,
      registers,
    });
    for (const result of tendResults) this.#trims.inc({ result }, 0);
  }

  hear({ result, predictedBytes = 0, returnedBytes = 0, tookMs }: TendEvent): void {
    this.#trims.inc({ result });
    this.#predicted.inc(predictedBytes);
    this.#returned.inc(Math.max(0, returnedBytes));
    if (tookMs !== undefined) this.#seconds.observe(tookMs / 1000);
  }
}
