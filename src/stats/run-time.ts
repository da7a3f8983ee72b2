import { median } from 'simple-statistics';
import type { Scenario } from '../model/result.ts';
import type { RunPlan, RunTime } from '../model/run-plan.ts';

/** Steady RSS is seen in the second before the baseline. */
const leastSteadyMs = 1000;

/** How long a round of a plan takes. What start, readiness and a load take is not known before, and not in the lower bound. */
export function estimateRound({ scenario, configurations, timeoutMs, known }: RunPlan): RunTime {
  const cells = configurations.filter(({ skipped }) => skipped === undefined).length;
  const time: RunTime = { cells, leastMs: cells * leastOfCellMs(scenario), mostMs: cells * (timeoutMs + graceOf(scenario)) };
  return known && known.cellMs.length > 0 ? { ...time, likelyMs: cells * median(known.cellMs) } : time;
}

function leastOfCellMs(scenario: Scenario): number {
  if (scenario.name !== 'command') return scenario.settleMs;
  const { durationMs = 0, settleMs, steadyMs = 0 } = scenario;
  return durationMs + settleMs + Math.min(steadyMs, leastSteadyMs);
}

function graceOf(scenario: Scenario): number {
  return scenario.name === 'command' ? scenario.graceMs : 0;
}
