import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { OffheapError } from '../model/errors.ts';
import type { PhaseName } from '../model/phase.ts';
import type { CommandScenario } from '../model/result.ts';
import { formatSeconds } from '../model/units.ts';
import type { PhaseLine } from '../parse/phase-line.ts';
import { runLoad } from './load.ts';
import { announcedPhase, type Phase } from './phase.ts';
import { describeReadiness, parseReadiness, requireUnanswered, untilReady } from './ready.ts';
import type { CellScript, Stage } from './stage.ts';
import { stopGracefully } from './stop.ts';

/** How long after its connections a program that dies may take to be gone: one that leaves a core or a report needs it. */
const deathMs = 500;

/**
 * offheap leads the program through its phases: ready, under load, collected, settled, stopped. What the scenario leaves open, the start or the end of the
 * burst, the program announces by phase lines.
 */
export function drivenScript(scenario: CommandScenario): CellScript {
  return async (stage) => {
    const announced = new Announcements(stage);
    const reading = stage.output.consume(stage.child.lines, (phase) => announced.take(phase, ownPhases(scenario)));
    // A flood ends the cell, whatever it waits for.
    const flooded = reading.then(() => new Promise<never>(() => {}));
    await Promise.race([lead(scenario, stage, announced), flooded]);
    await reading;
  };
}

/** Where something else than offheap answers at the program's address, the cell cannot be tried. */
export async function requireDrivable({ ready }: CommandScenario): Promise<void> {
  if (ready !== undefined) await requireUnanswered(parseReadiness(ready));
}

async function lead(scenario: CommandScenario, stage: Stage, announced: Announcements): Promise<void> {
  const { reach, session, over } = stage;
  await untilBaseline(scenario, stage, announced);
  await reach(phase('baseline'));
  await untilBurstEnds(scenario, stage, announced);
  await reach(phase('loaded'));
  if (scenario.gc && (await session.collect())) await reach(phase('collected'));
  stage.record.waitingFor = `${formatSeconds(scenario.settleMs)} of settling`;
  await delay(scenario.settleMs, undefined, { signal: over });
  await reach(phase('settled'));
  await stopGracefully(stage, scenario.graceMs);
}

async function untilBaseline({ ready }: CommandScenario, stage: Stage, announced: Announcements): Promise<void> {
  const readiness = ready === undefined ? undefined : parseReadiness(ready);
  stage.record.waitingFor = readiness ? describeReadiness(readiness) : 'a line @phase baseline';
  if (readiness) await untilReady(readiness, stage.output, stage.over);
  else await announced.baseline;
}

async function untilBurstEnds({ load, durationMs }: CommandScenario, stage: Stage, announced: Announcements): Promise<void> {
  const { runner, record, session, over } = stage;
  if (load) {
    record.waitingFor = 'the load to end';
    const { end, metrics, problem } = await runLoad(load, runner, over);
    record.load = end;
    Object.assign(record.metrics, metrics);
    over.throwIfAborted();
    if (problem !== undefined) {
      // A load fails when its program dies: then how that ended is the reason.
      await delay(deathMs, undefined, { signal: over });
      throw new OffheapError('CHILD_FAILED', problem);
    }
    session.burstMs = end.wallMs;
  } else if (durationMs !== undefined) {
    record.waitingFor = `${formatSeconds(durationMs)} of its own work`;
    await delay(durationMs, undefined, { signal: over });
  } else {
    record.waitingFor = 'a line @phase loaded';
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

/** Phases that the program announces while offheap leads: the two that may be waited for, and `collected`, which is measured when it comes. */
class Announcements {
  readonly baseline: Promise<unknown>;
  readonly loaded: Promise<unknown>;
  readonly #events = new EventEmitter();
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
    const wait = (name: PhaseName) => once(this.#events, name, { signal: stage.over });
    this.baseline = wait('baseline');
    this.loaded = wait('loaded');
    for (const promise of [this.baseline, this.loaded]) promise.catch(() => {});
  }

  async take(line: PhaseLine, own: readonly PhaseName[]): Promise<void> {
    const phase = announcedPhase(line);
    if (!phase || own.includes(phase.name)) {
      const note = `ignored the program's own @phase ${line.name}`;
      const { notes } = this.#stage.session;
      if (!notes.includes(note)) notes.push(note);
    } else if (phase.name === 'collected') await this.#stage.reach(phase);
    else this.#events.emit(phase.name);
  }
}

function phase(name: PhaseName): Phase {
  return { name, announced: undefined };
}
