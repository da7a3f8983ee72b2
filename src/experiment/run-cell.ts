import { OffheapError } from '../model/errors.ts';
import type { Cell } from '../model/result.ts';
import { readMemoryCgroup } from '../process/cgroup.ts';
import { withPrivateFolder } from '../process/private-folder.ts';
import type { CellContext } from './cell-context.ts';
import { CellRun } from './cell-run.ts';
import { requireDrivable } from './driven-script.ts';
import { launchOf } from './launch.ts';
import { type CellPlan, describePlan, whySkipped } from './plan.ts';
import { CellProfile } from './profile.ts';
import { ProgramOutput } from './program-output.ts';

/** Runs one cell to its end. Undefined when it was interrupted: a cell is whole or, if it died by itself, a failed one. */
export async function runCell(plan: CellPlan, context: CellContext): Promise<Cell | undefined> {
  const reason = whySkipped(plan, context.jdk);
  if (reason !== undefined) return { ...describePlan(plan), state: 'skipped', reason, phases: {}, notes: [] };
  try {
    if (plan.scenario.name === 'command') await requireDrivable(plan.scenario);
    return await withPrivateFolder((privateFolder) => runProcess(plan, context, privateFolder));
  } catch (error) {
    if (context.signal.aborted) return undefined;
    if (!(error instanceof OffheapError) || error.code !== 'CHILD_FAILED') throw error;
    return { ...describePlan(plan), state: 'failed', reason: error.message, phases: {}, notes: [] };
  }
}

async function runProcess(plan: CellPlan, context: CellContext, privateFolder: string): Promise<Cell | undefined> {
  const { profiler, crashFolder: outputFolder, runner } = context;
  const profile = profiler && new CellProfile({ profiler, folder: privateFolder, outputFolder, runner });
  const launch = launchOf(plan, { ...context, privateFolder, profilerFlag: profile?.jvmFlag });
  const own = readMemoryCgroup();
  const oomKills = () => (context.group ? context.group.oomKills() : readMemoryCgroup()?.oomKills);
  const oomKillsBefore = oomKills();
  const output = new ProgramOutput();
  const startedAt = performance.now();
  const { command, args, env, stdin } = launch;
  const onErrorLine = (line: string) => output.takeErrorLine(line);
  const confinement = { privateFolder, ...(context.group ? { group: context.group } : {}) };
  const child = await runner.start({ command, args, env, stdin, ...confinement, onErrorLine });
  const cgroupFile = context.group?.usageFile ?? own?.usageFile;
  const run = new CellRun({ plan, context, launch, child, output, profile, startedAt, cgroupFile });
  try {
    return await run.toEnd(() => difference(oomKills(), oomKillsBefore));
  } finally {
    run.close();
  }
}

function difference(after: number | undefined, before: number | undefined): number | undefined {
  return after === undefined || before === undefined ? undefined : after - before;
}
