import type { Reading } from './reading.ts';

/** A figure of a process: its name, what it means, the labels it has beside those of the process, and its values, none where they are not known. */
export interface ProcessMetric {
  name: string;
  help: string;
  label?: string | readonly string[];
  /** It only grows while its cgroup is there, and its name ends in `_total`; a gauge otherwise. */
  isCounter?: true;
  /** Told anew at each scrape; all others are of the last look. */
  isOfScrape?: true;
  /** Value of the label, or of each, or '' where there is none → figure. */
  values(reading: Reading): Iterable<readonly [string | readonly string[], number | undefined]>;
}

/** The end of the help of what is not read at each scrape. */
export const atLook = 'At the last look.';

/** Of a metric without a label of its own. */
export const unlabelled = (value: number | undefined) => [['', value]] as const;
