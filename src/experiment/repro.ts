import type { Configuration } from '../allocators/configurations.ts';
import { locateAllocator } from '../allocators/locate.ts';
import { type Cell, type ResultFile, type Scenario, schemaVersion } from '../model/result.ts';
import { toolVersion } from '../process/tool-version.ts';
import { summariseConfigurations } from '../stats/summary.ts';
import { describeHost } from './host.ts';
import type { CellPlan } from './plan.ts';
import { type CellContext, runCell } from './run-cell.ts';
import { runSchedule } from './schedule.ts';

export interface ReproRequest extends Omit<CellContext, 'onPhase'> {
  configurations: readonly Configuration[];
  scenario: Scenario;
  onProgress: (progress: CellProgress) => void;
  /** Called before the first cell and after every one with the result so far. */
  onResult: (result: ResultFile) => Promise<void>;
}

export interface CellProgress {
  configuration: string;
  /** Counts from 1. */
  position: number;
  total: number;
  phase: string | undefined;
  rssBytes: number | undefined;
}

/** Runs the reproducer under every configuration and returns the whole result. */
export async function runRepro(request: ReproRequest): Promise<ResultFile> {
  const { configurations, scenario, jdk, runner, signal, onProgress, onResult } = request;
  const plans: CellPlan[] = [];
  for (const configuration of configurations) {
    plans.push({ configuration, location: await locateAllocator(configuration.allocator, runner), scenario, repeat: 1 });
  }
  const frame = {
    schemaVersion,
    tool: { name: 'offheap', version: toolVersion },
    startedAt: new Date().toISOString(),
    host: describeHost(jdk),
  } as const;
  const resultOf = (cells: readonly Cell[], complete: boolean): ResultFile => {
    return { ...frame, complete, cells: [...cells], summary: summariseConfigurations(cells) };
  };
  const report = (plan: CellPlan, phase?: string, rssBytes?: number) =>
    onProgress({ configuration: plan.configuration.key, position: plans.indexOf(plan) + 1, total: plans.length, phase, rssBytes });

  await onResult(resultOf([], false));
  const { cells, complete } = await runSchedule(plans, {
    signal,
    runCell: (plan) => {
      report(plan);
      return runCell(plan, { ...request, onPhase: report });
    },
    onCell: (finished) => onResult(resultOf(finished, finished.length === plans.length)),
  });
  return resultOf(cells, complete);
}
