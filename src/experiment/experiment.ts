import type { Configuration } from '../allocators/configurations.ts';
import { locateConfigurations } from '../allocators/locate.ts';
import type { PhaseName } from '../model/phase.ts';
import { type Cell, type Plan, type ResultFile, type Scenario, schemaVersion } from '../model/result.ts';
import { toolVersion } from '../process/tool-version.ts';
import { summariseConfigurations } from '../stats/summary.ts';
import type { CellOptions } from './cell-options.ts';
import { describeHost } from './host.ts';
import { planCells } from './matrix.ts';
import { type PlannedCell, settingsOf } from './planned-cell.ts';
import { requireResumable } from './resume.ts';
import { runCell } from './run-cell.ts';
import { runSchedule } from './schedule.ts';
import { type WarmUp, warmUp } from './warm-up.ts';

export interface ExperimentRequest extends Omit<CellOptions, 'onPhase'> {
  configurations: readonly Configuration[];
  scenario: Scenario;
  /** Whether libmeter.so counts live bytes where the allocator does not. */
  meter: boolean;
  /** Whether zlib's states are counted at the end of the burst. */
  census?: boolean;
  /** How often every configuration is run. */
  repeats: number;
  seed: number;
  /** The phase at which the program of the last cell is kept until `signal`. */
  hold: PhaseName | undefined;
  /** Key of the configuration that the others are compared with. */
  reference: string;
  /** A result of the same plan that was interrupted: its cells are kept, and those it lacks are run. */
  resumed?: ResultFile | undefined;
  onProgress: (progress: CellProgress) => void;
  /** Called before the first cell and after every one with the result so far. */
  onResult: (result: ResultFile) => Promise<void>;
}

/** How far the cells of a run are. */
export interface CellProgress {
  /** Its key. */
  configuration: string;
  /** Which cell it is, from 1. */
  position: number;
  /** How many cells there are. */
  total: number;
  /** The phase that was reached; undefined at the beginning of the cell. */
  phase: PhaseName | undefined;
  /** RSS at that phase, in bytes. */
  rssBytes: number | undefined;
}

/** Runs a scenario under every configuration and returns the whole result. */
export async function runExperiment(request: ExperimentRequest): Promise<ResultFile> {
  const { configurations, jdk, signal, seed, reference, resumed, onProgress, onResult } = request;
  const plannedCells = await planCellsOf(request);
  const plan = planOf(request);
  const host = describeHost(jdk);
  if (resumed) requireResumable(resumed, { plan, seed, host });
  const order = configurations.map(({ key }) => key);
  const tool = { name: 'offheap', version: toolVersion } as const;
  const startedAt = resumed?.startedAt ?? new Date().toISOString();
  const resultOf = (cells: readonly Cell[], complete: boolean): ResultFile => {
    const summary = summariseConfigurations(cells, order, reference);
    return { schemaVersion, tool, startedAt, complete, seed, host, plan, cells: [...cells], summary };
  };
  const tellProgress = (planned: PlannedCell, phase?: PhaseName, rssBytes?: number) =>
    onProgress({
      configuration: planned.configuration.key,
      position: plannedCells.indexOf(planned) + 1,
      total: plannedCells.length,
      phase,
      rssBytes,
    });

  await onResult(resultOf(resumed?.cells ?? [], false));
  if (!resumed?.complete) {
    const onBegin: WarmUp['onBegin'] = ({ configuration: { key } }, position, total) =>
      onProgress({ configuration: `${key}, warm-up`, position, total, phase: undefined, rssBytes: undefined });
    await warmUp({ plannedCells, reference, onBegin }, { ...request, onPhase: () => {} });
  }
  const { cells, complete } = await runSchedule(plannedCells, {
    signal,
    finished: resumed?.cells ?? [],
    runCell: (planned) => {
      tellProgress(planned);
      return runCell(planned, { ...request, onPhase: tellProgress });
    },
    onCell: (finished) => onResult(resultOf(finished, finished.length === plannedCells.length)),
  });
  const result = resultOf(cells, complete);
  // Where every cell was there already, none was written above.
  if (complete) await onResult(result);
  return result;
}

async function planCellsOf({ configurations, runner, ...request }: ExperimentRequest): Promise<PlannedCell[]> {
  return planCells({ configurations: await locateConfigurations(configurations, runner), ...request });
}

function planOf({ scenario, configurations, repeats, meter, census, reference, timeoutMs, profiler }: ExperimentRequest): Plan {
  const plan: Plan = {
    scenario,
    configurations: configurations.map((configuration) => ({
      key: configuration.key,
      allocator: configuration.allocator,
      settings: settingsOf(configuration),
    })),
    repeats,
    meter,
    reference,
    timeoutMs,
  };
  if (census) plan.census = true;
  if (profiler) plan.stacks = true;
  return plan;
}
