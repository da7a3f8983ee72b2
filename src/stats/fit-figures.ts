import { median } from 'simple-statistics';
import type { Attempt, FitOfConfiguration, FitResult } from '../model/fit.ts';

type Figures = Partial<Pick<Attempt, 'peakBytes' | 'peakRssBytes' | 'wallMs'>>;

/** Medians of the runs without a limit. The first of them fills the page cache, which is charged to it. */
export function unlimited({ attempts }: FitOfConfiguration): Figures {
  return mediansOf(attempts.filter(({ limitBytes }) => limitBytes === undefined));
}

/** Medians of the runs that survived the limit that was found. */
export function atTheLimit({ attempts, limitBytes }: FitOfConfiguration): Figures {
  return limitBytes === undefined ? {} : mediansOf(attempts.filter((attempt) => attempt.limitBytes === limitBytes));
}

/**
 * What a replica under this configuration needs less than one under the reference. Undefined for the reference itself, where a limit was not found, and
 * within one step: each limit lies anywhere in the step below it, so that a difference of a step may be none.
 */
export function savedBytes(fit: FitOfConfiguration, { configurations, plan }: FitResult): number | undefined {
  const reference = configurations.find(({ configuration }) => configuration === plan.reference);
  if (fit === reference || fit.limitBytes === undefined || reference?.limitBytes === undefined) return undefined;
  const saved = reference.limitBytes - fit.limitBytes;
  return Math.abs(saved) <= plan.resolutionBytes ? undefined : saved;
}

function mediansOf(attempts: readonly Attempt[]): Figures {
  const figures: Figures = {};
  for (const name of ['peakBytes', 'peakRssBytes', 'wallMs'] as const) {
    const values = attempts.flatMap((attempt) => attempt[name] ?? []);
    if (values.length > 0) figures[name] = median(values);
  }
  return figures;
}
