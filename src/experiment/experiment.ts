import type { Configuration } from '../allocators/configurations.ts';
import { locateConfigurations } from '../allocators/locate.ts';
import type { PhaseName } from '../model/phase.ts';
import { type Cell, type DecisionRules, type Plan, type ResultFile, type Scenario, schemaVersion } from '../model/result.ts';
import { toolVersion } from '../process/tool-version.ts';
import { type DecisionOptions, decide, defaultRules } from '../stats/decide.ts';
import { findNotices } from '../stats/notices.ts';
import { summariseRun } from '../stats/summary.ts';
import type { CellOptions } from './cell-options.ts';
import { whyHopeless } from './hopeless.ts';
import { describeHost } from './host.ts';
import { planCells } from './matrix.ts';
import { type OwnPrograms, plannedProgram } from './own-program.ts';
import { type PlannedCell, settingsOf } from './planned-cell.ts';
import { requireResumable } from './resume.ts';
import { type ProgressOptions, RoundProgress } from './round-progress.ts';
import { runCell } from './run-cell.ts';
import { type Ran, runSchedule } from './schedule.ts';
import { type WarmUp, warmUp } from './warm-up.ts';

export interface ExperimentRequest extends Omit<CellOptions, 'onPhase'> {
  configurations: readonly Configuration[];
  scenario: Scenario;
  /** Of variants: what each configuration runs instead of the scenario's command. */
  programs?: OwnPrograms | undefined;
  /** Whether libmeter.so counts live bytes where the allocator does not. */
  meter: boolean;
  /** Whether zlib's states are counted at the end of the burst. */
  census?: boolean;
  /** How often every configuration is run: with `untilDecided` at most. */
  repeats: number;
  /** Whether rounds end, and configurations are left out of them, when more would tell nothing. */
  untilDecided?: boolean;
  /** By which configurations are judged. */
  rules?: DecisionRules | undefined;
  seed: number;
  /** The phase at which the program of the last cell is kept until `signal`. */
  hold: PhaseName | undefined;
  /** Key of the configuration that the others are compared with. */
  reference: string;
  /** A result of the same plan that was interrupted: its cells are kept, and those it lacks are run. */
  resumed?: ResultFile | undefined;
  onProgress: ProgressOptions['onProgress'];
  /** Called before the first cell and after every one with the result so far. */
  onResult: (result: ResultFile) => Promise<void>;
}

/** Runs a scenario under every configuration and returns the whole result. */
export async function runExperiment(request: ExperimentRequest): Promise<ResultFile> {
  const { jdk, signal, seed, resumed, onProgress, onResult, untilDecided = false } = request;
  const plannedCells = await planCellsOf(request);
  const plan = planOf(request);
  const host = describeHost(jdk);
  if (resumed) requireResumable(resumed, { plan, seed, host });
  const tool = { name: 'offheap', version: toolVersion } as const;
  const startedAt = resumed?.startedAt ?? new Date().toISOString();
  const resultOf = ({ cells, complete, ended }: Ran): ResultFile => {
    const { summary, decision } = summariseRun(cells, decisionOptionsOf(request));
    const notices = findNotices({ cells: [...cells], plan });
    const measured = { cells: [...cells], summary, decision, notices };
    const result: ResultFile = { schemaVersion, tool, startedAt, complete, seed, host, plan, ...measured };
    return ended === undefined ? result : { ...result, ended };
  };
  const known = resumed?.cells ?? [];
  const progress = new RoundProgress(plannedCells, { isAtMost: untilDecided, onProgress });

  await onResult(resultOf({ cells: known, complete: false }));
  if (!resumed?.complete) {
    const onBegin: WarmUp['onBegin'] = ({ configuration: { key } }, position, total) =>
      onProgress({ configuration: `${key}, warm-up`, position, total, phase: undefined, rssBytes: undefined, isAtMost: false });
    await warmUp({ plannedCells, reference: request.reference, onBegin }, { ...request, onPhase: () => {} });
  }
  const ran = await runSchedule(plannedCells, {
    signal,
    finished: known,
    openAfter: (cells) => {
      const open = openAfter(cells, request);
      progress.leaveOut(cells, open);
      return open;
    },
    // Another program may work where the first does not.
    whyHopeless: (first) => (first.scenario.name === 'command' && !request.programs ? whyHopeless(first) : undefined),
    runCell: (planned) => {
      progress.tell(planned);
      return runCell(planned, { ...request, onPhase: (...reached) => progress.tell(...reached) });
    },
    onCell: (finished) => onResult(resultOf({ cells: [...finished], complete: false })),
  });
  const result = resultOf(ran);
  await onResult(result);
  return result;
}

function decisionOptionsOf({ configurations, reference, rules = defaultRules }: ExperimentRequest): DecisionOptions {
  return { order: configurations.map(({ key }) => key), reference, rules };
}

/** A configuration that cannot be tried here is said once. */
function openAfter(cells: readonly Cell[], request: ExperimentRequest): string[] {
  const skipped = new Set(cells.flatMap(({ configuration, state }) => (state === 'skipped' ? [configuration] : [])));
  const options = decisionOptionsOf(request);
  const open = request.untilDecided ? decide(cells, options).open : options.order;
  return open.filter((key) => !skipped.has(key));
}

async function planCellsOf({ configurations, runner, ...request }: ExperimentRequest): Promise<PlannedCell[]> {
  const first = request.scenario.name === 'command' ? request.reference : undefined;
  return planCells({ configurations: await locateConfigurations(configurations, runner), ...request, first });
}

function planOf(request: ExperimentRequest): Plan {
  const { scenario, configurations, programs, repeats, untilDecided, rules = defaultRules } = request;
  const { meter, census, reference, timeoutMs, profiler } = request;
  const plan: Plan = {
    scenario,
    configurations: configurations.map((configuration) => {
      const program = programs?.get(configuration.key);
      return {
        key: configuration.key,
        allocator: configuration.allocator,
        settings: settingsOf(configuration),
        ...(program ? { program: plannedProgram(program) } : {}),
      };
    }),
    repeats,
    meter,
    reference,
    timeoutMs,
  };
  if (untilDecided) plan.untilDecided = rules;
  if (census) plan.census = true;
  if (profiler) plan.stacks = true;
  return plan;
}
