import { setTimeout as delay } from 'node:timers/promises';
import type { Sight } from '../allocators/allocator.ts';
import { runnable } from '../allocators/registry.ts';
import type { AddressRange } from '../model/address-range.ts';
import type { CellLook } from '../model/cell-look.ts';
import { messageOf } from '../model/errors.ts';
import type { Cell, Census, PhaseSample, Provenance } from '../model/result.ts';
import { formatMiBTenths, formatSeconds } from '../model/units.ts';
import { type CounterReader, type CounterSnapshot, openCounters } from '../native/counters.ts';
import type { ProcessRunner } from '../process/runner.ts';
import { type Movement, steadyWindowMs } from '../stats/steady.ts';
import type { CellDoctor } from './cell-doctor.ts';
import { CellProcess } from './cell-process.ts';
import { measurePhase } from './measure-phase.ts';
import { PageSweeper } from './page-sweeper.ts';
import type { Phase } from './phase.ts';
import type { PlannedCell } from './planned-cell.ts';
import type { CellProfile } from './profile.ts';
import { requireVerified, seeConfiguration } from './prove.ts';
import type { TimelineRecorder } from './timeline.ts';

export interface MeasurementOptions {
  pid: number;
  /** performance.now() at the start of the program. */
  startedAt: number;
  timeline: TimelineRecorder;
  capture: ProcessRunner['capture'];
  profile: CellProfile | undefined;
  /** Where processes of the program leave their counter pages. */
  pageFolder: string;
}

/** Between two looks at whether RSS is steady. */
const steadyPollMs = 50;

/** What is measured of a cell's program at each of its phases. */
export class CellMeasurement {
  readonly phases: Cell['phases'] = {};
  readonly notes: string[] = [];
  provenance: Provenance | undefined;
  counters: CounterSnapshot | undefined;
  /** As the program says, or from one phase to the other. */
  burstMs: number | undefined;
  census: Census | undefined;
  look: CellLook | undefined;
  readonly #planned: PlannedCell;
  readonly #sight: Sight;
  readonly #options: MeasurementOptions;
  readonly #process: CellProcess;
  #javaHeap: AddressRange[] | undefined;
  #reader: CounterReader | undefined;
  #sweeper: PageSweeper | undefined;
  #hasBegun = false;
  /** How long was waited for steady RSS, and what it did in the end. */
  #waited: { waitedMs: number; movement: Movement | undefined } | undefined;

  constructor(planned: PlannedCell, options: MeasurementOptions) {
    this.#planned = planned;
    this.#sight = runnable[planned.configuration.allocator].sight;
    this.#options = options;
    this.#process = new CellProcess(options.pid);
  }

  /** The process that is measured. */
  get pid(): number {
    return this.#process.pid;
  }

  /** Measures a phase. Rejects when the cell cannot go on, with an error whose message is the reason. */
  async reach({ name, announced }: Phase): Promise<void> {
    if (name === 'baseline') await this.#begin();
    // What follows the reading of a baseline counts as the burst, where somebody waits for it.
    const before = name === 'baseline' && (!announced || this.#waits()) ? await this.#divide(name) : undefined;
    const movement = this.#movementAt(name);
    const sample = this.#measure(announced);
    this.phases[name] = sample;
    if (name === 'baseline' && this.#waited) sample.waitedMs = Math.round(this.#waited.waitedMs);
    if (movement) this.#tellMovement(sample, movement, name);
    const parts = before ?? (name === 'baseline' || name === 'settled' ? await this.#divide(name) : undefined);
    if (parts?.partsRssBytes) sample.partsRssBytes = parts.partsRssBytes;
    if (name === 'loaded') await this.#endBurst(announced);
  }

  /**
   * Waits until RSS is steady, but no longer than this: a program goes on growing for a while after it first answers. What the first attach costs the JVM is part of
   * that. Rejects with an AbortError by `over`.
   */
  async untilSteady(longestMs: number, over: AbortSignal): Promise<void> {
    await this.#begin();
    const startedAt = performance.now();
    for (;;) {
      const leftMs = longestMs - (performance.now() - startedAt);
      await delay(Math.max(0, Math.min(steadyPollMs, leftMs)), undefined, { signal: over });
      const waitedMs = performance.now() - startedAt;
      // The window is not to reach back to before it was ready.
      const movement = waitedMs < steadyWindowMs ? undefined : this.#options.timeline.movement();
      this.#waited = { waitedMs, movement };
      if (movement?.isSteady || waitedMs >= longestMs) return;
    }
  }

  /**
   * Has the doctor look at what has settled: what it asks of the JVM, and what the JVM allocates for the answers, is no part of the timeline, the counters, or any
   * figure but that of a trim, which comes after it: what a trim has given back nobody would see. Returns how long it took; a note says why there is no look.
   */
  async lookWith(doctor: CellDoctor, signal: AbortSignal): Promise<number> {
    const startedAt = performance.now();
    this.#options.timeline.stop();
    this.counters = this.#reader?.read();
    try {
      this.look = await doctor.lookAtSettled(this.#planned.configuration.key, this.#process.pid, signal);
    } catch (error) {
      // A program may end by itself when it has settled.
      if (!signal.aborted) this.notes.push(`not looked at by the doctor: ${messageOf(error)}`);
    }
    return performance.now() - startedAt;
  }

  /** Has the JVM collect; false when it cannot, and a note says why not. */
  async collect(): Promise<boolean> {
    return this.#noting('not collected', () => this.#process.collect());
  }

  /** When the process has ended, however it did: its counters outlive it. */
  async end(): Promise<void> {
    await this.#sweeper?.stop();
    await this.#process.removeAttachSocket();
    this.counters ??= this.#reader?.read();
  }

  close(): void {
    void this.#sweeper?.stop();
    this.#reader?.close();
  }

  /** The first attach starts threads inside the JVM, so it comes before the baseline is measured. */
  async #begin(): Promise<void> {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    const { timeline, capture } = this.#options;
    if (this.#process.find()) {
      const { pid } = this.#process;
      this.notes.push(`measured process ${pid}, the JVM that the command has started, not the command itself`);
      timeline.follow(pid);
    }
    if (this.#planned.attach) {
      this.provenance = await seeConfiguration(this.#planned, this.#process, { capture, notes: this.notes });
      if (this.provenance) requireVerified(this.provenance);
      await this.#findJavaHeap();
    }
    const { counter } = this.#planned;
    if (counter === undefined) return;
    this.#reader = openCounters({ pid: this.#process.pid, writer: counter });
    timeline.watchCounters(this.#reader.info);
    this.#sweeper = new PageSweeper(this.#options.pageFolder);
  }

  /** Of the baseline that was waited for, and of `settled` where the phase before it lies outside of the window. */
  #movementAt(name: Phase['name']): Movement | undefined {
    if (name === 'baseline') return this.#waited?.movement;
    if (name !== 'settled') return undefined;
    const { startedAt, timeline } = this.#options;
    const lastMs = Math.max(0, ...Object.values(this.phases).map(({ atMs }) => atMs));
    return performance.now() - startedAt - lastMs < steadyWindowMs ? undefined : timeline.movement();
  }

  #tellMovement(sample: PhaseSample, { movedBytes, isSteady }: Movement, name: Phase['name']): void {
    sample.movedBytes = movedBytes;
    sample.isSteady = isSteady;
    if (isSteady) return;
    const after = sample.waitedMs === undefined ? '' : `, ${formatSeconds(sample.waitedMs)} after the program was ready`;
    this.notes.push(`RSS was not steady at ${name}${after}: it moved by ${formatMiBTenths(movedBytes)} MiB in the last second`);
  }

  /** Whether the program goes on from a phase only when it is told to. */
  #waits(): boolean {
    const { scenario } = this.#planned;
    return scenario.name === 'java-repro' || scenario.step;
  }

  /** What is the allocator's, and what is not; nothing where that is not told, and a note says so. */
  async #divide(name: Phase['name']): Promise<Pick<PhaseSample, 'partsRssBytes'>> {
    const { attach, configuration, counter } = this.#planned;
    if (!attach || counter === undefined) return {};
    const undivided = `RSS was not divided at ${name}, so retained is of native RSS`;
    const divided: Pick<PhaseSample, 'partsRssBytes'> = {};
    await this.#noting(undivided, async () => {
      const parts = await this.#process.readRssByPart(configuration.allocator === 'own' ? 'unknown' : configuration.allocator);
      if (parts) divided.partsRssBytes = parts.partsRssBytes;
      else this.notes.push(`${undivided}: this JVM does not tell what lies where`);
      const missing = name === 'settled' ? (parts?.notFound ?? []).join(', ') : '';
      if (missing !== '')
        this.notes.push(`retained may have growth of ${missing}: it was not found among the mappings of this JVM`);
    });
    return divided;
  }

  async #findJavaHeap(): Promise<void> {
    this.#javaHeap = await this.#process.findJavaHeap();
    if (!this.#javaHeap) this.notes.push('native RSS unknown: this JVM does not tell where its heap lies');
    else if (this.#javaHeap.length > 0) this.#options.timeline.watchJavaHeap(this.#javaHeap);
  }

  async #endBurst(announced: Phase['announced']): Promise<void> {
    const { pid, isJvm } = this.#process;
    await this.#options.profile?.stop(pid, isJvm, this.notes);
    const { baseline, loaded } = this.phases;
    const elapsedMs = announced?.['elapsedMs'];
    if (typeof elapsedMs === 'number') this.burstMs = elapsedMs;
    else if (baseline && loaded) this.burstMs = loaded.atMs - baseline.atMs;
    const { census, scenario, attach } = this.#planned;
    if (census) {
      await this.#noting('no census', async () => {
        this.census = await this.#process.takeCensus(this.#sight.byInspector);
      });
    }
    if (scenario.name !== 'java-repro' || !attach) return;
    const nmtCommittedBytes = await this.#process.askNmtCommitted();
    if (loaded && nmtCommittedBytes !== undefined) this.phases.loaded = { ...loaded, nmtCommittedBytes };
  }

  /** What malloc_trim(3) still gets back, where the JVM can be told to. */
  async trim(): Promise<void> {
    if (!this.#sight.byJvm || !this.#process.isJvm || !this.#planned.attach) return;
    if (await this.#noting('no trimmed phase', () => this.#process.trim())) this.phases.trimmed = this.#measure();
  }

  /** Whether it could be done; a note says why not. */
  async #noting(what: string, act: () => Promise<void>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (error) {
      this.notes.push(`${what}: ${messageOf(error)}`);
      return false;
    }
  }

  #measure(announced?: Phase['announced']): NonNullable<Cell['phases']['baseline']> {
    const { startedAt } = this.#options;
    return measurePhase({ pid: this.#process.pid, startedAt, counters: this.#reader, javaHeap: this.#javaHeap }, announced);
  }
}
