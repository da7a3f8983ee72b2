import { z } from 'zod';
import { count, share } from './figures.ts';

/** Thresholds by which configurations are judged. */
export const decisionRules = z.object({
  /** Share of the reference's settled RSS that has to be saved: below it nobody changes a setting. */
  minSaving: share,
  /** Share by which load time, processor time and each metric may be worse. */
  maxCost: z.number().min(0).max(1000),
});
export type DecisionRules = z.infer<typeof decisionRules>;

export const decision = z.object({
  /** By which it was decided. */
  rules: decisionRules,
  /** The key of the configuration that the others are compared with. */
  reference: z.string(),
  /**
   * `change`: `configuration` is shown to save enough at a cost that is allowed, and no other to save as much more. `keep`: no other can. `undecided`: more rounds
   * are needed. `candidate`: so few rounds that there is no interval at all, and no recommendation. `none`: there is nothing to compare.
   */
  state: z.enum(['change', 'keep', 'undecided', 'candidate', 'none']),
  /** Its key. With `undecided` and `candidate` the one that looks best, if any looks better than the reference. */
  configuration: z.string().optional(),
  /** Why there is nothing to compare. */
  reason: z.string().optional(),
  /** With `undecided`: how many rounds may tell, if they vary as those until now. Absent where that is over a thousand. */
  roundsToTell: count.optional(),
});
/** What the cells say about which configuration to run. */
export type Decision = z.infer<typeof decision>;
