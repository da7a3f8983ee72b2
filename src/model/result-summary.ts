import { z } from 'zod';
import { count, figure } from './figures.ts';

const interval = z.object({
  /** In the unit of the figure. */
  median: figure,
  /** Bounds of the 95 % bootstrap interval of the median. With one sample they are the sample. */
  low: figure,
  /** The upper bound. */
  high: figure,
  /** How many cells it is the median of. */
  samples: count,
});
export type Interval = z.infer<typeof interval>;

const comparison = z.object({
  /** The key of the reference. */
  reference: z.string(),
  /** settled RSS less the reference's, paired by block; negative is smaller. */
  settledDifferenceBytes: interval,
  /** Duration of the burst over the reference's, paired by block. */
  burstMsRatio: interval.optional(),
  /** Processor time of the program during the burst over the reference's, paired by block. */
  burstCpuRatio: interval.optional(),
  /** Of each metric: value over the reference's, paired by block. */
  metricRatios: z.record(z.string(), interval).optional(),
  /** Of settled RSS. `too few repeats`: with so few pairs chance alone could show any difference. */
  verdict: z.enum(['smaller', 'larger', 'no difference', 'too few repeats']),
});
export type Comparison = z.infer<typeof comparison>;

/** Names of what is summarised per configuration. */
const figureNames = [
  'burstBytes',
  'settledBytes',
  'returned',
  'returnedAfterTrim',
  'returnedAfter100Ms',
  'returnedAfter1S',
  'returnedAfter5S',
  'returnedAfter10S',
  'returnHalfLifeMs',
  'retainedBytes',
  'burstMs',
  'burstCpuMs',
  'burstMinorFaults',
  'burstMajorFaults',
] as const;
export type FigureName = (typeof figureNames)[number];

export const configurationSummary = z.object({
  /** Its key. */
  configuration: z.string(),
  /** How many were run. */
  cells: count,
  /** How many of them are ok. */
  okCells: count,
  /** Medians over the ok cells; a figure that no cell measured is absent. */
  figures: z.partialRecord(z.enum(figureNames), interval),
  /** Medians of the metrics that the load printed. */
  metrics: z.record(z.string(), interval).optional(),
  /** With the reference; absent for itself. */
  comparison: comparison.optional(),
  /** Repeats whose settled RSS is far from the other ones' (modified z-score over 3.5). They are counted like any other. */
  outliers: z.array(count),
});
/** Medians over the ok cells of a configuration, and how they compare with the reference. */
export type ConfigurationSummary = z.infer<typeof configurationSummary>;
