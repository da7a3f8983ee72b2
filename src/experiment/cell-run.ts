import { setTimeout as delay } from 'node:timers/promises';
import { OffheapError } from '../model/errors.ts';
import type { Cell } from '../model/result.ts';
import type { ProcessEnd, RunningProcess } from '../process/runner.ts';
import { withCredibleLiveBytes } from '../stats/credible.ts';
import type { CellContext } from './cell-context.ts';
import { CellSession, CellSkipped } from './cell-session.ts';
import { conclude } from './conclude.ts';
import type { CellLaunch } from './launch.ts';
import { type CellPlan, describePlan } from './plan.ts';
import type { CellProfile } from './profile.ts';
import type { ProgramOutput } from './program-output.ts';
import { scriptOf } from './script.ts';
import type { CellRecord } from './stage.ts';
import { TimelineRecorder } from './timeline.ts';

export interface Started {
  plan: CellPlan;
  context: CellContext;
  launch: CellLaunch;
  child: RunningProcess;
  output: ProgramOutput;
  profile: CellProfile | undefined;
  startedAt: number;
  cgroupFile: string | undefined;
}

/** How long a program may take to be gone after it could no longer be read. */
const deathMs = 500;

/** What reading a process ends with when that ends meanwhile: then how it ended is the reason. */
function isSymptomOfDeath(error: NodeJS.ErrnoException): boolean {
  if (error instanceof OffheapError) return /^(NO_SUCH_PROCESS|PROCESS_ENDED|ATTACH_FAILED|COUNTERS_\w+)$/.test(error.code);
  return error.code === 'ESRCH' || (error.code === 'ENOENT' && error.path?.startsWith('/proc/') === true);
}

/** A cell whose program runs. */
export class CellRun {
  readonly #started: Started;
  readonly #timeline: TimelineRecorder;
  readonly #session: CellSession;
  readonly #record: CellRecord = { metrics: {}, stopped: false };
  readonly #over = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #timedOutAfterMs: number | undefined;
  #held = false;
  #skipped = false;

  constructor(started: Started) {
    this.#started = started;
    const { plan, context, child, profile, startedAt, cgroupFile } = started;
    this.#timeline = new TimelineRecorder(child.pid, { startedAt, intervalMs: context.sampleIntervalMs, cgroupFile });
    this.#session = new CellSession(plan, { pid: child.pid, startedAt }, this.#timeline, context.runner.capture, profile);
    this.#timer = setTimeout(() => {
      this.#timedOutAfterMs = context.timeoutMs;
      this.#kill();
    }, context.timeoutMs);
    context.signal.addEventListener('abort', this.#kill, { once: true });
    if (context.signal.aborted) this.#kill();
    void child.ended.then(() => this.#over.abort());
  }

  /**
   * Takes the program through its script and says how it ended.
   *
   * @param oomKillsMeanwhile how many processes of its cgroup the kernel has killed since the start; undefined where that is not counted.
   */
  async toEnd(oomKillsMeanwhile: () => number | undefined): Promise<Cell | undefined> {
    const { context, child } = this.#started;
    const problem = await this.#play().catch(async (error: Error) => {
      this.#skipped = error instanceof CellSkipped;
      const isOver = error.name === 'AbortError' || (isSymptomOfDeath(error) && (await this.#diesSoon()));
      this.#kill();
      return isOver ? undefined : error.message;
    });
    const end = await child.ended;
    await this.#session.removeTraces();
    this.#session.readLastCounters();
    if (context.signal.aborted && !this.#held) return undefined;
    await this.#started.profile?.convert(this.#session.notes);
    return this.#toCell(end, problem, oomKillsMeanwhile());
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#started.context.signal.removeEventListener('abort', this.#kill);
    this.#timeline.stop();
    this.#session.close();
  }

  async #diesSoon(): Promise<boolean> {
    const { child } = this.#started;
    return Promise.race([child.ended.then(() => true), delay(deathMs, false)]);
  }

  readonly #kill = (): void => {
    this.#over.abort();
    this.#started.child.kill('SIGKILL');
  };

  async #play(): Promise<undefined> {
    const { plan, context, child, output } = this.#started;
    const script = scriptOf(plan.scenario, async (phase) => (plan.hold && phase === 'settled' ? this.#hold() : undefined));
    await script({
      ...{ runner: context.runner, child, session: this.#session, output, over: this.#over.signal, record: this.#record },
      reach: async (phase) => {
        context.onPhase(plan, phase.name, this.#timeline.lastRssBytes);
        await this.#session.reach(phase, { trim: !plan.hold });
      },
    });
    return undefined;
  }

  async #hold(): Promise<void> {
    const { context, child } = this.#started;
    this.#held = true;
    clearTimeout(this.#timer);
    context.signal.removeEventListener('abort', this.#kill);
    this.#timeline.stop();
    context.onHold(child.pid);
    await Promise.race([interrupted(context.signal), child.ended]);
  }

  #conclude(end: ProcessEnd, problem: string | undefined, oomKills: number | undefined): Pick<Cell, 'state' | 'reason'> {
    // How a program ends that was held is no part of what was measured.
    if (this.#held) return { state: 'ok' };
    if (this.#skipped && problem !== undefined) return { state: 'skipped', reason: problem };
    const { plan, output } = this.#started;
    const { stopped, waitingFor } = this.#record;
    const subject = plan.scenario.name === 'command' ? 'program' : 'JVM';
    const seen = { end, said: output.said, phases: this.#session.phases, timedOutAfterMs: this.#timedOutAfterMs, oomKills };
    return conclude({ subject, ...seen, problem, stopped, waitingFor });
  }

  #toCell(end: ProcessEnd, problem: string | undefined, oomKills: number | undefined): Cell {
    const { plan, launch, output, profile, startedAt } = this.#started;
    const { phases, provenance, burstMs, census, counters, notes } = this.#session;
    const { load } = this.#record;
    const metrics = { ...output.metrics, ...this.#record.metrics };
    return withCredibleLiveBytes({
      ...describePlan(plan),
      ...this.#conclude(end, problem, oomKills),
      command: [launch.command, ...launch.args],
      wallMs: Math.round(performance.now() - startedAt),
      phases,
      timeline: this.#timeline.stop(),
      ...(provenance ? { provenance } : {}),
      ...(burstMs === undefined ? {} : { burstMs }),
      ...(load ? { load } : {}),
      end: {
        ...(end.exitCode === undefined ? {} : { exitCode: end.exitCode }),
        ...(end.signal === undefined ? {} : { signal: end.signal }),
      },
      ...(Object.keys(metrics).length > 0 ? { metrics } : {}),
      ...(census ? { census } : {}),
      ...(profile?.stacks ? { stacks: profile.stacks } : {}),
      ...(counters ? { counters: { ...counters } } : {}),
      notes: [...(launch.removed.length > 0 ? [`not passed on to the program: ${launch.removed.join(', ')}`] : []), ...notes],
    });
  }
}

function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
