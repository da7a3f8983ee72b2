import { OffheapError } from '../model/errors.ts';
import type { Cell } from '../model/result.ts';
import { readMemoryCgroup } from '../process/cgroup.ts';
import { withPrivateFolder } from '../process/private-folder.ts';
import type { ProcessSpec } from '../process/runner.ts';
import { cleanUpAfter, prepareCell } from './around-cell.ts';
import type { CellOptions } from './cell-options.ts';
import { requireDrivable } from './driven-script.ts';
import { launchOf } from './launch.ts';
import { type PlannedCell, unmeasuredCell, whySkipped } from './planned-cell.ts';
import { CellProfile } from './profile.ts';
import { ProgramOutput } from './program-output.ts';
import { RunningCell } from './running-cell.ts';

/** Runs one cell to its end. Undefined when it was interrupted: a cell is whole or, if it died by itself, a failed one. */
export async function runCell(planned: PlannedCell, options: CellOptions): Promise<Cell | undefined> {
  const reason = whySkipped(planned, planned.program ? planned.program.jdk : options.jdk);
  if (reason !== undefined) return unmeasuredCell(planned, 'skipped', reason);
  const problem = await prepareCell(planned, options);
  if (options.signal.aborted) return undefined;
  if (problem !== undefined) return unmeasuredCell(planned, 'failed', problem);
  const cell = await runPrepared(planned, options);
  return cell && (await cleanUpAfter(cell, planned, options));
}

async function runPrepared(planned: PlannedCell, options: CellOptions): Promise<Cell | undefined> {
  try {
    if (planned.scenario.name === 'command') await requireDrivable(planned.scenario);
    return await withPrivateFolder((privateFolder) => runProgram(planned, options, privateFolder));
  } catch (error) {
    if (options.signal.aborted) return undefined;
    if (!(error instanceof OffheapError) || error.code !== 'CHILD_FAILED') throw error;
    return unmeasuredCell(planned, 'failed', error.message);
  }
}

async function runProgram(planned: PlannedCell, options: CellOptions, privateFolder: string): Promise<Cell | undefined> {
  const { jdk, profiler, crashFolder, runner, group } = options;
  const profile = profiler && new CellProfile({ profiler, folder: privateFolder, outputFolder: crashFolder, runner });
  const launch = launchOf(planned, { jdk, crashFolder, privateFolder, profilerFlag: profile?.jvmFlag });
  const ownGroup = readMemoryCgroup();
  const countOomKills = () => (group ? group.oomKills() : readMemoryCgroup()?.oomKills);
  const oomKillsBefore = countOomKills();
  const output = new ProgramOutput();
  const startedAt = performance.now();
  const spec: ProcessSpec = {
    command: launch.command,
    args: launch.args,
    env: launch.env,
    stdin: launch.stdin,
    privateFolder,
    onErrorLine: (line) => output.takeErrorLine(line),
  };
  if (group) spec.group = group;
  const child = await runner.start(spec);
  const cgroupFile = group?.usageFile ?? ownGroup?.usageFile;
  const running = new RunningCell({ planned, options, launch, child, output, profile, startedAt, cgroupFile, privateFolder });
  try {
    return await running.finish(() => difference(countOomKills(), oomKillsBefore));
  } finally {
    running.close();
  }
}

function difference(after: number | undefined, before: number | undefined): number | undefined {
  return after === undefined || before === undefined ? undefined : after - before;
}
