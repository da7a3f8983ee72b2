import { once } from 'node:events';
import { removeAttachSocket } from '../jvm/attach-leftover.ts';
import type { PhaseName } from '../model/phase.ts';
import type { Cell } from '../model/result.ts';
import type { ProcessEnd, RunningProcess } from '../process/runner.ts';
import { assembleCell } from './assemble-cell.ts';
import { BurstConditions } from './burst-conditions.ts';
import { CellMeasurement } from './cell-measurement.ts';
import type { CellOptions } from './cell-options.ts';
import { countCollections } from './collections.ts';
import { type Conclusion, conclude } from './conclude.ts';
import { describeSymptom, diesSoon, isSymptomOfDeath } from './death.ts';
import { type LivingFailure, seeFailing } from './failure-evidence.ts';
import type { CellLaunch } from './launch.ts';
import type { Phase } from './phase.ts';
import type { PlannedCell } from './planned-cell.ts';
import type { CellProfile } from './profile.ts';
import type { ProgramOutput } from './program-output.ts';
import { CellSkipped } from './prove.ts';
import { scriptOf } from './script.ts';
import type { ScriptReport } from './script-context.ts';
import { TimelineRecorder } from './timeline.ts';

/** A program that has just been started for a cell. */
export interface StartedCell {
  planned: PlannedCell;
  options: CellOptions;
  launch: CellLaunch;
  child: RunningProcess;
  output: ProgramOutput;
  profile: CellProfile | undefined;
  /** performance.now() at the start. */
  startedAt: number;
  cgroupFile: string | undefined;
  /** Of this cell alone. */
  privateFolder: string;
}

/** A cell whose program runs: it is watched, measured by its script, ended at its time-out or by an interruption, and made into a finished cell. */
export class RunningCell {
  readonly #started: StartedCell;
  readonly #timeline: TimelineRecorder;
  readonly #measurement: CellMeasurement;
  readonly #conditions: BurstConditions;
  readonly #report: ScriptReport = { metrics: {}, stopped: false };
  readonly #over = new AbortController();
  #timer: NodeJS.Timeout;
  /** performance.now() at which its time is over. */
  #deadline: number;
  #lookMs = 0;
  /** What is seen of the program before it is ended, because its cell has failed. */
  #failing: Promise<LivingFailure> | undefined;
  #timedOutAfterMs: number | undefined;
  #held = false;
  #skipped = false;

  constructor(started: StartedCell) {
    this.#started = started;
    const { planned, options, child, profile, startedAt, cgroupFile, privateFolder } = started;
    const { pid } = child;
    const { capture } = options.runner;
    this.#timeline = new TimelineRecorder(pid, { startedAt, intervalMs: options.sampleIntervalMs, cgroupFile });
    this.#measurement = new CellMeasurement(planned, {
      pid,
      startedAt,
      timeline: this.#timeline,
      capture,
      profile,
      pageFolder: privateFolder,
    });
    this.#conditions = new BurstConditions(pid);
    this.#deadline = performance.now() + options.timeoutMs;
    this.#timer = this.#armTimer();
    options.signal.addEventListener('abort', this.#kill, { once: true });
    if (options.signal.aborted) this.#kill();
    void child.ended.then(() => this.#over.abort());
  }

  /**
   * Takes the program through its script and says how it ended. Undefined when it was interrupted.
   *
   * @param countOomKills how many processes of its cgroup the kernel has killed since the start; undefined where that is not counted.
   */
  async finish(countOomKills: () => number | undefined): Promise<Cell | undefined> {
    const { planned, options, child, launch, output, profile, startedAt } = this.#started;
    const problem = await this.#playScript();
    const end = await child.ended;
    await this.#measurement.end();
    const failing = await this.#failing;
    if (failing?.jvmPid !== undefined) await removeAttachSocket(failing.jvmPid);
    if (options.signal.aborted && !this.#held) return undefined;
    await profile?.convert(this.#measurement.notes);
    const oomKills = countOomKills();
    return assembleCell({
      planned,
      launch,
      output,
      measurement: this.#measurement,
      report: this.#report,
      timeline: this.#timeline.stop(),
      stacks: profile?.stacks,
      failing,
      conclusion: this.#conclude(end, problem, oomKills),
      conditions: { ...this.#conditions.fields, ...(oomKills === undefined ? {} : { oomKills }) },
      end,
      wallMs: Math.round(performance.now() - startedAt - this.#lookMs),
    });
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#started.options.signal.removeEventListener('abort', this.#kill);
    this.#timeline.stop();
    this.#measurement.close();
  }

  #armTimer(): NodeJS.Timeout {
    return setTimeout(this.#endLate, this.#deadline - performance.now());
  }

  readonly #endLate = (): void => {
    this.#timedOutAfterMs = this.#started.options.timeoutMs;
    void this.#seeFailing().then(this.#kill);
  };

  /** Once. Not where the program has a memory limit: there a search waits, and what is looked at takes of its memory. */
  #seeFailing(): Promise<LivingFailure> {
    const { options, child } = this.#started;
    const { doctor, group, signal } = options;
    if (group) return Promise.resolve({ seen: {} });
    const over = AbortSignal.any([signal, this.#over.signal]);
    const { notes } = this.#measurement;
    this.#failing ??= seeFailing({ pid: child.pid, loadPid: this.#report.loadPid, doctor, notes, signal: over });
    return this.#failing;
  }

  readonly #kill = (): void => {
    this.#over.abort();
    this.#started.child.kill('SIGKILL');
  };

  /** Why the cell has failed although its program did not end by itself; undefined when its end says all. */
  async #playScript(): Promise<string | undefined> {
    const { planned, options, child, output } = this.#started;
    const script = scriptOf(planned.scenario, async (phase) => {
      if (phase === planned.hold) await this.#hold(phase);
    });
    try {
      await script({
        runner: options.runner,
        child,
        output,
        over: this.#over.signal,
        reach: async (phase) => {
          await this.#reach(phase);
          // The figure that the result has, and no other.
          options.onPhase(planned, phase.name, this.#measurement.phases[phase.name]?.rssBytes);
          if (phase.name === 'settled' && planned.hold === undefined) await this.#afterSettled();
        },
        untilSteady: (longestMs) => this.#measurement.untilSteady(longestMs, this.#over.signal),
        collect: () => this.#measurement.collect(),
        notes: this.#measurement.notes,
        report: this.#report,
      });
      return undefined;
    } catch (cause) {
      const error = cause as Error;
      this.#skipped = error instanceof CellSkipped;
      const isSymptom = isSymptomOfDeath(error);
      const isOver = error.name === 'AbortError' || (isSymptom && (await diesSoon(child)));
      const reason = isSymptom ? describeSymptom(error, this.#measurement.pid) : error.message;
      if (!isOver && !this.#skipped) await this.#seeFailing();
      this.#kill();
      return isOver ? undefined : reason;
    }
  }

  /** A program that is held is there for another look, and for a trim by hand. */
  async #afterSettled(): Promise<void> {
    await this.#look();
    await this.#measurement.trim();
  }

  /** In time of its own. */
  async #look(): Promise<void> {
    const { planned, options } = this.#started;
    const { doctor, signal } = options;
    if (!doctor?.isWanted(planned.configuration.key)) return;
    clearTimeout(this.#timer);
    this.#lookMs = await this.#measurement.lookWith(doctor, AbortSignal.any([signal, this.#over.signal]));
    this.#deadline += this.#lookMs;
    this.#timer = this.#armTimer();
  }

  async #reach(phase: Phase): Promise<void> {
    const { name } = phase;
    if (name === 'loaded') this.#conditions.end(this.#measurement.pid);
    await this.#measurement.reach(phase);
    const { phases, pid } = this.#measurement;
    if (name === 'baseline') this.#conditions.begin(pid);
    const collections = await countCollections(pid);
    const sample = phases[name];
    if (sample && collections !== undefined) phases[name] = { ...sample, collections };
  }

  async #hold(phase: PhaseName): Promise<void> {
    const { options, child } = this.#started;
    this.#held = true;
    clearTimeout(this.#timer);
    options.signal.removeEventListener('abort', this.#kill);
    this.#timeline.stop();
    options.onHold(child.pid);
    if (!options.signal.aborted) await Promise.race([once(options.signal, 'abort'), child.ended]);
    if (phase === 'settled') return;
    // What would come next is of no use to anybody.
    this.#kill();
    this.#over.signal.throwIfAborted();
  }

  #conclude(end: ProcessEnd, problem: string | undefined, oomKills: number | undefined): Conclusion {
    // How a program ends that was held is no part of what was measured.
    if (this.#held) return { state: 'ok' };
    if (this.#skipped && problem !== undefined) return { state: 'skipped', reason: problem };
    const { planned, output } = this.#started;
    return conclude({
      program: planned.scenario.name === 'command' ? 'program' : 'JVM',
      end,
      said: output.said,
      phases: this.#measurement.phases,
      timedOutAfterMs: this.#timedOutAfterMs,
      problem,
      oomKills,
      waitingFor: this.#report.waitingFor,
      stopped: this.#report.stopped,
    });
  }
}
