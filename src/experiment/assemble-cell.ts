import type { CellFailure } from '../model/cell-failure.ts';
import type { Cell, CellStacks, Timeline } from '../model/result.ts';
import type { ProcessEnd } from '../process/runner.ts';
import { withCredibleLiveBytes } from '../stats/credible.ts';
import type { CellMeasurement } from './cell-measurement.ts';
import type { Conclusion } from './conclude.ts';
import { keptLines, type LivingFailure } from './failure-evidence.ts';
import type { CellLaunch } from './launch.ts';
import { type PlannedCell, plannedFields } from './planned-cell.ts';
import type { ProgramOutput } from './program-output.ts';
import type { ScriptReport } from './script-context.ts';

export interface CellParts {
  planned: PlannedCell;
  launch: CellLaunch;
  output: ProgramOutput;
  measurement: CellMeasurement;
  report: ScriptReport;
  timeline: Timeline;
  stacks: CellStacks | undefined;
  failing: LivingFailure | undefined;
  conclusion: Conclusion;
  conditions: Pick<Cell, 'machine' | 'throttling' | 'oomKills'>;
  end: ProcessEnd;
  wallMs: number;
}

/** A finished cell, as the result file has it: what was not measured is absent. */
export function assembleCell(parts: CellParts): Cell {
  const { planned, launch, output, measurement, report, timeline, stacks, failing, conclusion, conditions, end, wallMs } = parts;
  const { phases, provenance, census, counters, look, notes } = measurement;
  const cell: Cell = {
    ...plannedFields(planned),
    ...conclusion,
    command: [launch.command, ...launch.args],
    wallMs,
    phases,
    timeline,
    end: endOf(end),
    ...conditions,
    notes: [...notesOf(launch), ...notes],
  };
  const burstMs = burstMsOf(measurement, report);
  const metrics = { ...output.metrics, ...report.metrics };
  if (provenance) cell.provenance = provenance;
  if (burstMs !== undefined) cell.burstMs = burstMs;
  if (report.load) cell.load = report.load;
  if (Object.keys(metrics).length > 0) cell.metrics = metrics;
  if (census) cell.census = census;
  if (stacks) cell.stacks = stacks;
  if (look) cell.look = look;
  if (conclusion.state === 'failed' || conclusion.state === 'timeout') cell.failure = failureOf(parts, failing);
  if (counters) cell.counters = { ...counters };
  return withCredibleLiveBytes(cell);
}

function failureOf({ output, end, report }: CellParts, failing: LivingFailure | undefined): CellFailure {
  return {
    stdout: keptLines(output.said),
    stderr: keptLines(end.stderrTail.split('\n')),
    ...(report.loadSaid ? { load: keptLines(report.loadSaid) } : {}),
    ...failing?.seen,
  };
}

/** The load knows itself how long it took; one that failed was no burst. */
function burstMsOf({ phases, burstMs }: CellMeasurement, { load }: ScriptReport): number | undefined {
  return phases.loaded && load ? load.wallMs : burstMs;
}

function endOf({ exitCode, signal }: ProcessEnd): NonNullable<Cell['end']> {
  const end: NonNullable<Cell['end']> = {};
  if (exitCode !== undefined) end.exitCode = exitCode;
  if (signal !== undefined) end.signal = signal;
  return end;
}

function notesOf({ removed }: CellLaunch): string[] {
  return removed.length === 0 ? [] : [`not passed on to the program: ${removed.join(', ')}`];
}
