import { z } from 'zod';
import { cell } from './cell.ts';
import { count, figure } from './figures.ts';
import { notice } from './notice.ts';

export const units = ['bytes', 'bytesPerMinute', 'milliseconds', 'count', 'share'] as const;
export type Unit = (typeof units)[number];

/** What is to be kept to, such as `--max-retained=64MB`. */
const bound = z.object({
  /** Name of a quantity (quantities.ts), or of a metric that the program or its load prints. */
  quantity: z.string(),
  /** Whether the quantity is a metric. */
  isMetric: z.boolean(),
  /** `max`: not more than the limit. `min`: not less. */
  kind: z.enum(['max', 'min']),
  /** In `unit`. */
  limit: figure,
  /** Of the limit, and of what was measured. A metric has the unit of who prints it. */
  unit: z.enum(units),
});
/** What was to be kept to. */
export type Bound = z.infer<typeof bound>;

const verdict = z.object({
  /** What was to be kept to. */
  bound,
  /** In the unit of the bound: of several runs the median. Absent when one of them was not measured. */
  measured: figure.optional(),
  /** Of each run, where there were several. */
  runs: z.array(figure).exactOptional(),
  /** `unknown`: not measured, so nobody can say that it is kept. */
  state: z.enum(['kept', 'broken', 'unknown']),
  /** Of a broken bound: what explains most of what was measured, as a trim or the doctor has shown it. */
  culprit: z.string().exactOptional(),
  /** Why a figure that was counted is not given as measured. */
  reason: z.string().exactOptional(),
});
/** What became of a bound. */
export type BoundVerdict = z.infer<typeof verdict>;

const side = z.object({
  /** Over the runs. */
  median: figure,
  /** Of each run. */
  runs: z.array(figure).min(1),
});
/** A quantity in the runs of one result. */
export type RegressionSide = z.infer<typeof side>;

const regression = z.object({
  /** Name of a quantity (quantities.ts), or of a metric that the program or its load prints. */
  quantity: z.string(),
  /** Whether the quantity is a metric. */
  isMetric: z.boolean(),
  /** Which way is an improvement; absent where nothing says so. */
  better: z.enum(['lower', 'higher']).exactOptional(),
  /** Of all figures here. A metric has the unit of who prints it. */
  unit: z.enum(units),
  /** How much worse it may be, as a share of the baseline's median: `--max-regression`. */
  allowedShare: figure,
  /** The same in `unit`, and never less than what two runs of a program may differ by. Absent without a baseline. */
  allowed: figure.exactOptional(),
  /** In the runs of the baseline; absent where one of them was not measured. */
  baseline: side.exactOptional(),
  /** In the runs of now. */
  measured: side.exactOptional(),
  /** Measured less baseline. */
  difference: z
    .object({
      /** The median of all differences of a run of now from a run of the baseline. */
      estimate: figure,
      /** Bounds of the interval of 90 %, from ranks. Absent where the runs are too few for one. */
      low: figure.exactOptional(),
      /** The upper bound. */
      high: figure.exactOptional(),
    })
    .exactOptional(),
  /** `undecided`: the interval reaches to both sides of what is allowed. `unknown`: it cannot be compared. */
  state: z.enum(['kept', 'broken', 'undecided', 'unknown']),
  /** Of a broken one: what explains most of what is measured now, as a trim or the doctor has shown it. */
  culprit: z.string().exactOptional(),
  /** Why it is unknown, or what would decide it. */
  reason: z.string().exactOptional(),
});
/** Whether a quantity became worse than in the baseline by more than is allowed. */
export type Regression = z.infer<typeof regression>;

const baseline = z.object({
  /** When it was measured (UTC). */
  startedAt: z.iso.datetime(),
  /** How many runs it has that are ok. */
  runs: count,
  /** What else has changed since, and may be why a figure has. */
  cautions: z.array(z.string()),
});

/** What guard found, as JSON. Units as in the result file; rates are bytes per minute. */
export const guardReport = z.object({
  schemaVersion: z.literal(1),
  /** What the program ran under. */
  configuration: z.string(),
  /** The program and its arguments. */
  command: z.array(z.string()),
  /** How often it was run; absent: once. */
  repeats: count.exactOptional(),
  /** Of its first cell that is not ok: only where all are `ok` they are judged. */
  state: cell.shape.state,
  /** Why the cell is not ok. */
  reason: z.string().exactOptional(),
  /** What ran when it failed, and what the doctor saw of it. */
  lastSeen: z.string().exactOptional(),
  /** On each bound, in the order given; none where the cell is not ok. */
  verdicts: z.array(verdict),
  /** What makes the figures less than they seem, or explains a broken bound; absent where there is nothing of it. */
  notices: z.array(notice).exactOptional(),
  /** What the runs were compared with, with `--baseline`. */
  baseline: baseline.exactOptional(),
  /** With `--baseline`, on each quantity that is compared. */
  regressions: z.array(regression).exactOptional(),
});
/** What `offheap guard --format=json` prints. */
export type GuardReport = z.infer<typeof guardReport>;
