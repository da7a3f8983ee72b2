import { z } from 'zod';
import { cell } from './cell.ts';
import { figure } from './figures.ts';
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
  /** In the unit of the bound; absent when it was not measured. */
  measured: figure.optional(),
  /** `unknown`: not measured, so nobody can say that it is kept. */
  state: z.enum(['kept', 'broken', 'unknown']),
  /** Of a broken bound: what explains most of what was measured, as a trim or the doctor has shown it. */
  culprit: z.string().exactOptional(),
  /** Why a figure that was counted is not given as measured. */
  reason: z.string().exactOptional(),
});
/** What became of a bound. */
export type BoundVerdict = z.infer<typeof verdict>;

/** What guard found, as JSON. Units as in the result file; rates are bytes per minute. */
export const guardReport = z.object({
  schemaVersion: z.literal(1),
  /** What the program ran under. */
  configuration: z.string(),
  /** The program and its arguments. */
  command: z.array(z.string()),
  /** Of its cell: only one that is `ok` is judged. */
  state: cell.shape.state,
  /** Why the cell is not ok. */
  reason: z.string().exactOptional(),
  /** On each bound, in the order given; none where the cell is not ok. */
  verdicts: z.array(verdict),
  /** What makes the figures less than they seem, or explains a broken bound; absent where there is nothing of it. */
  notices: z.array(notice).exactOptional(),
});
/** What `offheap guard --format=json` prints. */
export type GuardReport = z.infer<typeof guardReport>;
