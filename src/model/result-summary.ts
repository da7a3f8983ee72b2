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

const compared = z.object({
  /** The geometric mean of the ratios, or the difference that this is. */
  mean: figure,
  /** Bounds that hold after each round, at 95 % over all configurations of the run. Absent while the rounds are too few for any. */
  low: figure.optional(),
  /** The upper bound. */
  high: figure.optional(),
  /** In how many rounds both were measured. */
  rounds: count,
});
/** A figure of a configuration against the reference's, paired by round. */
export type Compared = z.infer<typeof compared>;

const cost = z.object({
  /** `load time`, `CPU time`, or the name of a metric. */
  name: z.string(),
  /** Over the reference's; 1 is the same. */
  ratio: compared,
  /** Which way is better; absent where the load does not say: then any change is a cost. */
  better: z.enum(['higher', 'lower']).optional(),
  /** `within`: shown to be no worse than is allowed. `above`: shown to be worse. `undecided`: neither yet. */
  judgement: z.enum(['within', 'above', 'undecided']),
});
/** What a configuration costs. */
export type Cost = z.infer<typeof cost>;

const comparison = z.object({
  /** The key of the reference. */
  reference: z.string(),
  /** settled RSS over the reference's, paired by round. */
  settledRatio: compared,
  /** settled RSS less the reference's median, by that ratio; negative is smaller. */
  settledDifferenceBytes: compared,
  /** Duration of the burst over the reference's. */
  burstMsRatio: compared.optional(),
  /** Processor time of the program during the burst over the reference's. */
  burstCpuRatio: compared.optional(),
  /** Of each metric: value over the reference's. */
  metricRatios: z.record(z.string(), compared).optional(),
  /** What decides whether its saving is worth it. A load of a given duration takes no time that could be compared. */
  costs: z.array(cost),
  /**
   * Of settled RSS. `smaller`: shown to save the least share that counts. `not smaller`: shown not to. `larger`: shown to take more. `undecided`: none of
   * these yet. `too few rounds`: there is no interval yet.
   */
  verdict: z.enum(['smaller', 'not smaller', 'larger', 'undecided', 'too few rounds']),
  /** After how many rounds that may be told which is not yet, if they vary as those until now. Absent where nothing is open, and above a thousand. */
  roundsToTell: count.optional(),
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
