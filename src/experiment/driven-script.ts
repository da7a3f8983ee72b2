import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { OffheapError } from '../model/errors.ts';
import type { PhaseName } from '../model/phase.ts';
import type { CommandScenario } from '../model/result.ts';
import { formatSeconds } from '../model/units.ts';
import type { PhaseLine } from '../parse/phase-line.ts';
import { deathMs } from './death.ts';
import { runBeside } from './load.ts';
import { announcedPhase, type Phase } from './phase.ts';
import { describeReadiness, parseReadiness, requireUnanswered, untilReady } from './ready.ts';
import type { CellScript, ScriptContext } from './script-context.ts';
import { stopGracefully } from './stop.ts';

/**
 * offheap takes the program through its phases: ready, under load, collected, settled, stopped. What the scenario leaves open, the start or the end of the
 * burst, the program announces by phase lines.
 */
export function drivenScript(scenario: CommandScenario): CellScript {
  return async (context) => {
    const announced = new Announcements(context);
    const reading = context.output.consume(context.child.lines, (phase) => announced.take(phase, ownPhases(scenario)));
    // A flood ends the cell, whatever it waits for.
    const flooded = reading.then(() => new Promise<never>(() => {}));
    await Promise.race([takeThroughPhases(scenario, context, announced), flooded]);
    await reading;
  };
}

/** Where something else than offheap answers at the program's address, the cell cannot be tried. */
export async function requireDrivable({ ready }: CommandScenario): Promise<void> {
  if (ready !== undefined) await requireUnanswered(parseReadiness(ready));
}

async function takeThroughPhases(scenario: CommandScenario, context: ScriptContext, announced: Announcements): Promise<void> {
  const { reach, collect, report, over } = context;
  await untilBaseline(scenario, context, announced);
  await steadied(scenario, context);
  await reach(phase('baseline'));
  await untilBurstEnds(scenario, context, announced);
  await reach(phase('loaded'));
  if (scenario.gc && (await collect())) await reach(phase('collected'));
  report.waitingFor = `${formatSeconds(scenario.settleMs)} of settling`;
  await delay(scenario.settleMs, undefined, { signal: over });
  await reach(phase('settled'));
  await stopGracefully(context, scenario.graceMs);
}

async function untilBaseline({ ready }: CommandScenario, context: ScriptContext, announced: Announcements): Promise<void> {
  const readiness = ready === undefined ? undefined : parseReadiness(ready);
  context.report.waitingFor = readiness ? describeReadiness(readiness) : 'a line @phase baseline';
  if (readiness) await untilReady(readiness, context.output, context.over);
  else await announced.baseline;
}

/** What answers for the first time goes on growing. A baseline that the program announces is measured at once. */
async function steadied({ steadyMs = 0 }: CommandScenario, { report, untilSteady }: ScriptContext): Promise<void> {
  if (steadyMs === 0) return;
  report.waitingFor = `steady RSS, for at most ${formatSeconds(steadyMs)}`;
  await untilSteady(steadyMs);
}

async function untilBurstEnds(
  { load, loadFormat, durationMs }: CommandScenario,
  context: ScriptContext,
  announced: Announcements,
): Promise<void> {
  const { runner, report, over } = context;
  if (load) {
    report.waitingFor = 'the load to end';
    const { end, metrics, problem, said } = await runBeside(load, {
      what: 'The load',
      format: loadFormat,
      runner,
      signal: over,
      onStarted: (pid) => {
        report.loadPid = pid;
      },
    });
    delete report.loadPid;
    report.load = end;
    report.loadSaid = said;
    Object.assign(report.metrics, metrics);
    over.throwIfAborted();
    if (problem !== undefined) {
      // A load fails when its program dies: then how that ended is the reason.
      await delay(deathMs, undefined, { signal: over });
      throw new OffheapError('CHILD_FAILED', problem);
    }
  } else if (durationMs !== undefined) {
    report.waitingFor = `${formatSeconds(durationMs)} of its own work`;
    await delay(durationMs, undefined, { signal: over });
  } else {
    report.waitingFor = 'a line @phase loaded';
    await announced.loaded;
  }
}

/** Phases that offheap brings about itself. */
function ownPhases({ ready, load, durationMs, gc }: CommandScenario): PhaseName[] {
  const own: PhaseName[] = ['settled', 'trimmed'];
  if (ready !== undefined) own.push('baseline');
  if (load || durationMs !== undefined) own.push('loaded');
  if (gc) own.push('collected');
  return own;
}

/** Phases that the program announces although offheap brings others about: the two that may be waited for, and `collected`, which is measured when it comes. */
class Announcements {
  readonly baseline: Promise<unknown>;
  readonly loaded: Promise<unknown>;
  readonly #events = new EventEmitter();
  readonly #context: ScriptContext;

  constructor(context: ScriptContext) {
    this.#context = context;
    const wait = (name: PhaseName) => once(this.#events, name, { signal: context.over });
    this.baseline = wait('baseline');
    this.loaded = wait('loaded');
    for (const promise of [this.baseline, this.loaded]) promise.catch(() => {});
  }

  async take(line: PhaseLine, own: readonly PhaseName[]): Promise<void> {
    const phase = announcedPhase(line);
    if (!phase || own.includes(phase.name)) {
      const note = `ignored the program's own @phase ${line.name}`;
      const { notes } = this.#context;
      if (!notes.includes(note)) notes.push(note);
    } else if (phase.name === 'collected') await this.#context.reach(phase);
    else this.#events.emit(phase.name);
  }
}

/** A phase that offheap has brought about. */
function phase(name: PhaseName): Phase {
  return { name, announced: undefined };
}
