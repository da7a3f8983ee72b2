import { proveProvenance } from '../allocators/provenance.ts';
import { runDiagnosticCommand } from '../jvm/attach.ts';
import { removeAttachSocket } from '../jvm/attach-leftover.ts';
import type { AddressRange } from '../model/address-range.ts';
import { OffheapError } from '../model/errors.ts';
import type { Cell, Census, Provenance } from '../model/result.ts';
import { type CounterReader, type CounterSnapshot, openCounters } from '../native/counters.ts';
import { findTarget } from '../observe/find-jvm.ts';
import { readJavaHeapRanges } from '../observe/heap-range.ts';
import { askNmtCommitted } from '../observe/jvm.ts';
import type { ProcessRunner } from '../process/runner.ts';
import { takeCensus } from './census.ts';
import { type Instruments, measurePhase } from './measure.ts';
import type { Phase } from './phase.ts';
import type { CellPlan } from './plan.ts';
import type { CellProfile } from './profile.ts';
import type { TimelineRecorder } from './timeline.ts';

/** A JVM answers an attach in milliseconds; a machine that is swapping may need far longer. */
const attachTimeoutMs = 10_000;

/** A configuration that turns out not to apply to the program. */
export class CellSkipped extends Error {}

/** What is done with the running process of one cell at each of its phases. */
export class CellSession {
  readonly phases: Cell['phases'] = {};
  readonly notes: string[] = [];
  provenance: Provenance | undefined;
  counters: CounterSnapshot | undefined;
  burstMs: number | undefined;
  census: Census | undefined;
  readonly #plan: CellPlan;
  readonly #timeline: TimelineRecorder;
  readonly #startedAt: number;
  readonly #profile: CellProfile | undefined;
  readonly #capture: ProcessRunner['capture'];
  #pid: number;
  #isJvm = false;
  #javaHeap: AddressRange[] | undefined;
  #reader: CounterReader | undefined;

  constructor(
    plan: CellPlan,
    process: { pid: number; startedAt: number },
    timeline: TimelineRecorder,
    capture: ProcessRunner['capture'],
    profile?: CellProfile,
  ) {
    this.#plan = plan;
    this.#pid = process.pid;
    this.#startedAt = process.startedAt;
    this.#timeline = timeline;
    this.#capture = capture;
    this.#profile = profile;
  }

  /** Measures a phase. Rejects when the cell cannot go on, with an error whose message is the reason. */
  async reach({ name, announced }: Phase, { trim = false } = {}): Promise<void> {
    if (name === 'baseline') await this.#begin();
    this.phases[name] = measurePhase(this.#instruments, announced);
    if (name === 'loaded') await this.#endBurst(announced);
    if (name === 'settled' && trim && this.#plan.configuration.allocator === 'glibc') await this.#trim();
  }

  /** Asks the JVM for two collections: what the first makes unreachable is freed by Cleaners before the second ends. A note says why not. */
  async collect(): Promise<boolean> {
    try {
      await this.#ask('GC.run');
      await this.#ask('GC.run');
      return true;
    } catch (error) {
      this.notes.push(`not collected: ${messageOf(error)}`);
      return false;
    }
  }

  /** When the process has ended, however it did: what it would have removed itself, had it not been killed. */
  async removeTraces(): Promise<void> {
    if (this.#isJvm) await removeAttachSocket(this.#pid);
  }

  /** When the process has ended, however it did: its counters outlive it. */
  readLastCounters(): void {
    this.counters = this.#reader?.read();
  }

  close(): void {
    this.#reader?.close();
  }

  get #instruments(): Instruments {
    return { pid: this.#pid, startedAt: this.#startedAt, counters: this.#reader, javaHeap: this.#javaHeap };
  }

  #ask(command: string): Promise<string> {
    return runDiagnosticCommand(this.#pid, command, { timeoutMs: attachTimeoutMs });
  }

  /** The first attach starts threads inside the JVM, so it comes before the baseline is measured. */
  async #begin(): Promise<void> {
    this.#findProcess();
    if (this.#plan.attach) {
      await this.#prove();
      await this.#findJavaHeap();
    }
    const { counter } = this.#plan;
    if (counter === undefined) return;
    const reader = openCounters({ pid: this.#pid, writer: counter });
    this.#reader = reader;
    this.#timeline.watchCounters(reader.info);
  }

  #findProcess(): void {
    const { pid, isJvm } = findTarget(this.#pid);
    this.#isJvm = isJvm;
    if (pid === this.#pid) return;
    this.notes.push(`measured process ${pid}, the JVM that the command has started, not the command itself`);
    this.#pid = pid;
    this.#timeline.follow(pid);
  }

  async #prove(): Promise<void> {
    const { configuration, location } = this.#plan;
    if (!location.found) return;
    if (configuration.jvmFlags.length > 0 && !this.#isJvm) throw new CellSkipped('It sets JVM flags, and the program is no JVM.');
    this.provenance = await proveProvenance(this.#pid, {
      configuration,
      library: location.library,
      version: location.version,
      capture: this.#capture,
      reportedFlags: this.#isJvm ? await this.#reportedFlags() : undefined,
    });
    if (this.provenance.verified) return;
    const problems = this.provenance.problems.join('; ');
    throw new OffheapError('CHILD_FAILED', `The configuration did not reach the process: ${problems}.`);
  }

  async #reportedFlags(): Promise<string | undefined> {
    try {
      return await this.#ask('VM.flags');
    } catch (error) {
      if (this.#plan.scenario.name === 'java-repro') throw error;
      // A JVM of the user's may refuse to be asked: -XX:+DisableAttachMechanism.
      this.notes.push(`the JVM cannot be asked: ${messageOf(error)}`);
      return undefined;
    }
  }

  async #findJavaHeap(): Promise<void> {
    if (!this.#isJvm) {
      this.#javaHeap = [];
      return;
    }
    this.#javaHeap = await readJavaHeapRanges(this.#pid, { timeoutMs: attachTimeoutMs }).catch(() => undefined);
    if (this.#javaHeap) this.#timeline.watchJavaHeap(this.#javaHeap);
    else this.notes.push('native RSS unknown: this JVM does not tell where its heap lies');
  }

  async #endBurst(announced: Phase['announced']): Promise<void> {
    await this.#profile?.stop(this.#pid, this.#isJvm, this.notes);
    const elapsedMs = announced?.['elapsedMs'];
    if (typeof elapsedMs === 'number') this.burstMs = elapsedMs;
    const { baseline, loaded } = this.phases;
    if (this.burstMs === undefined && baseline && loaded) this.burstMs = loaded.atMs - baseline.atMs;
    if (this.#plan.census) await this.#count();
    if (this.#plan.scenario.name !== 'java-repro' || !this.#plan.attach) return;
    const nmtCommittedBytes = await askNmtCommitted(this.#pid, { timeoutMs: attachTimeoutMs });
    if (loaded && nmtCommittedBytes !== undefined) this.phases.loaded = { ...loaded, nmtCommittedBytes };
  }

  async #count(): Promise<void> {
    const isGlibc = this.#plan.configuration.allocator === 'glibc';
    const subject = { pid: this.#pid, isJvm: this.#isJvm, isGlibc, attachTimeoutMs };
    try {
      this.census = await takeCensus(subject);
    } catch (error) {
      this.notes.push(`no census: ${messageOf(error)}`);
    }
  }

  /** What malloc_trim(3) still gets back when everything has settled. */
  async #trim(): Promise<void> {
    if (!this.#isJvm || !this.#plan.attach) return;
    try {
      await this.#ask('System.trim_native_heap');
    } catch (error) {
      this.notes.push(`no trimmed phase: ${messageOf(error)}`);
      return;
    }
    this.phases.trimmed = measurePhase(this.#instruments);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
