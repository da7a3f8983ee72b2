import type { Jdk } from '../jvm/java-home.ts';
import type { Cell } from '../model/result.ts';
import { preloadLibraryPath } from '../native/preload-paths.ts';
import { parsePhaseLine } from '../parse/phase-line.ts';
import { readMemoryCgroup } from '../process/cgroup.ts';
import { cleanEnvironment } from '../process/environment.ts';
import { withPrivateFolder } from '../process/private-folder.ts';
import type { ProcessRunner, RunningProcess } from '../process/runner.ts';
import { CellSession } from './cell-session.ts';
import { conclude } from './conclude.ts';
import { type CellPlan, whySkipped } from './plan.ts';
import { javaArguments } from './scenario.ts';
import { TimelineRecorder } from './timeline.ts';

export interface CellContext {
  runner: ProcessRunner;
  jdk: Jdk;
  timeoutMs: number;
  sampleIntervalMs: number;
  /** Where the JVM puts its error log if it crashes. */
  crashFolder: string;
  signal: AbortSignal;
  onPhase: (plan: CellPlan, phase: string, rssBytes: number | undefined) => void;
  /** Called when the JVM of a plan with `hold` has settled: it is kept from then on until `signal`, or its own end. */
  onHold: (pid: number) => void;
}

/** Of what a program says beside its phases, this many lines are kept for the reason of its failure. */
const keptLines = 20;

/** Runs one cell to its end. Undefined when it was interrupted: a cell is whole or, if it died by itself, a failed one. */
export async function runCell(plan: CellPlan, context: CellContext): Promise<Cell | undefined> {
  const reason = whySkipped(plan, context.jdk);
  if (reason !== undefined) return { ...describe(plan), state: 'skipped', reason, phases: {}, notes: [] };
  return withPrivateFolder((folder) => runProcess(plan, context, folder));
}

async function runProcess(plan: CellPlan, context: CellContext, counterFolder: string): Promise<Cell | undefined> {
  const { runner, jdk, signal, timeoutMs } = context;
  const { env, removed } = cleanEnvironment(process.env, settingsOf(plan, counterFolder));
  const args = javaArguments(plan.scenario, plan.configuration.jvmFlags, context.crashFolder);
  const cgroup = readMemoryCgroup();

  const startedAt = performance.now();
  const child = await runner.start({ command: jdk.launcher, args, env });
  const timeline = new TimelineRecorder(child.pid, {
    startedAt,
    intervalMs: context.sampleIntervalMs,
    cgroupFile: cgroup?.usageFile,
  });
  const session = new CellSession(plan, { pid: child.pid, startedAt }, timeline, runner.capture);
  const said: string[] = [];
  let timedOutAfterMs: number | undefined;
  let held = false;
  const kill = () => child.kill('SIGKILL');
  const timer = setTimeout(() => {
    timedOutAfterMs = timeoutMs;
    kill();
  }, timeoutMs);
  signal.addEventListener('abort', kill, { once: true });
  if (signal.aborted) kill();
  try {
    const onPhase = (phase: string) => context.onPhase(plan, phase, timeline.lastRssBytes);
    const hold = async () => {
      held = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', kill);
      timeline.stop();
      context.onHold(child.pid);
      await Promise.race([interrupted(signal), child.ended]);
    };
    const onReached = async (phase: string) => (plan.hold && phase === 'settled' ? hold() : undefined);
    const problem = await follow(child, session, said, { onPhase, onReached }).catch((error: Error) => {
      kill();
      return error.message;
    });
    const end = await child.ended;
    session.readLastCounters();
    if (signal.aborted && !held) return undefined;
    const oomKills = difference(readMemoryCgroup()?.oomKills, cgroup?.oomKills);
    return {
      ...describe(plan),
      // Ctrl-C reaches a held JVM too: how it ends is no part of what was measured.
      ...(held ? { state: 'ok' as const } : conclude({ end, said, phases: session.phases, timedOutAfterMs, problem, oomKills })),
      command: [jdk.launcher, ...args],
      wallMs: Math.round(performance.now() - startedAt),
      phases: session.phases,
      timeline: timeline.stop(),
      ...(session.provenance ? { provenance: session.provenance } : {}),
      ...(session.burstMs === undefined ? {} : { burstMs: session.burstMs }),
      ...(session.counters ? { counters: { ...session.counters } } : {}),
      notes: [...(removed.length > 0 ? [`not passed on to the JVM: ${removed.join(', ')}`] : []), ...session.notes],
    };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', kill);
    timeline.stop();
    session.close();
  }
}

/**
 * Takes the program through its phases: it waits at each until it has been measured. What else it says is kept in `said`, the last lines
 * of it: a JVM that cannot start says why on stdout. Undefined when nothing went wrong.
 */
async function follow(
  child: RunningProcess,
  session: CellSession,
  said: string[],
  { onPhase, onReached }: { onPhase: (phase: string) => void; onReached: (phase: string) => Promise<void> },
): Promise<string | undefined> {
  for await (const line of child.lines) {
    const phase = parsePhaseLine(line);
    if (!phase) {
      said.push(line);
      if (said.length > keptLines) said.shift();
      continue;
    }
    onPhase(phase.name);
    await session.reach(phase);
    await onReached(phase.name);
    child.sendLine('');
  }
  return undefined;
}

/** The meter comes first: it forwards to the allocator behind it, or to glibc. */
function settingsOf({ configuration, location, counter }: CellPlan, counterFolder: string): Record<string, string> {
  const allocator = location.found ? location.preload : undefined;
  const preload = [counter === 'meter' ? preloadLibraryPath('meter') : undefined, allocator].filter((path) => path !== undefined);
  return {
    ...configuration.env,
    ...(preload.length === 0 ? {} : { LD_PRELOAD: preload.join(':') }),
    ...(counter === undefined ? {} : { OFFHEAP_COUNTERS_DIR: counterFolder }),
  };
}

function describe({
  configuration,
  scenario,
  repeat,
}: CellPlan): Pick<Cell, 'configuration' | 'allocator' | 'settings' | 'scenario' | 'repeat'> {
  const { key, allocator, env, jvmFlags } = configuration;
  return { configuration: key, allocator, settings: { env: { ...env }, jvmFlags: [...jvmFlags] }, scenario, repeat };
}

function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function difference(after: number | undefined, before: number | undefined): number | undefined {
  return after === undefined || before === undefined ? undefined : after - before;
}
