/** Programs whose output is read for figures of the load. */
export const loadFormats = ['wrk', 'hey', 'vegeta', 'k6', 'jmeter'] as const;
export type LoadFormat = (typeof loadFormats)[number];

/** What such a program tells of its requests; what it did not tell is absent. */
export interface LoadFigures {
  requestsPerSecond?: number;
  p50Ms?: number;
  p90Ms?: number;
  p99Ms?: number;
  /** Sent, answered or not. */
  requests?: number;
  /** Of them, those that got no answer, or one that says so. */
  errors?: number;
}
