import type { Configuration } from '../allocators/configurations.ts';
import { locateAllocator } from '../allocators/locate.ts';
import { type Cell, type ResultFile, type Scenario, schemaVersion } from '../model/result.ts';
import { toolVersion } from '../process/tool-version.ts';
import { summariseConfigurations } from '../stats/summary.ts';
import { describeHost } from './host.ts';
import { type Matrix, planCells } from './matrix.ts';
import type { CellPlan } from './plan.ts';
import { type CellContext, runCell } from './run-cell.ts';
import { runSchedule } from './schedule.ts';

export interface ReproRequest extends Omit<CellContext, 'onPhase'> {
  configurations: readonly Configuration[];
  scenario: Scenario;
  /** Whether libmeter.so counts live bytes where the allocator does not. */
  meter: boolean;
  /** How often every configuration is run. */
  repeats: number;
  seed: number;
  /** Whether the JVM of the last cell is kept at `settled` until `signal`. */
  hold: boolean;
  /** Key of the configuration that the others are compared with. */
  reference: string;
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
  const { configurations, scenario, meter, jdk, runner, signal, repeats, seed, hold, reference, onProgress, onResult } = request;
  const located: Matrix['configurations'][number][] = [];
  for (const configuration of configurations) {
    located.push({ configuration, location: await locateAllocator(configuration.allocator, runner) });
  }
  const plans = planCells({ configurations: located, scenario, meter, repeats, seed, hold });
  const order = configurations.map(({ key }) => key);
  const tool = { name: 'offheap', version: toolVersion } as const;
  const frame = { schemaVersion, tool, startedAt: new Date().toISOString(), host: describeHost(jdk), seed } as const;
  const resultOf = (cells: readonly Cell[], complete: boolean): ResultFile => {
    return { ...frame, complete, cells: [...cells], summary: summariseConfigurations(cells, order, reference) };
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
