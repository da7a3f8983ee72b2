import { proveProvenance } from '../allocators/provenance.ts';
import { runDiagnosticCommand } from '../jvm/attach.ts';
import { readJavaHeapRanges } from '../jvm/heap-range.ts';
import type { AddressRange } from '../model/address-range.ts';
import { OffheapError } from '../model/errors.ts';
import { type Cell, type PhaseName, type Provenance, phaseNames } from '../model/result.ts';
import { type CounterReader, type CounterSnapshot, openCounters } from '../native/counters.ts';
import type { PhaseLine } from '../parse/phase-line.ts';
import type { ProcessRunner } from '../process/runner.ts';
import { type Instruments, measurePhase, readNmtCommittedBytes } from './measure.ts';
import type { CellPlan } from './plan.ts';
import type { TimelineRecorder } from './timeline.ts';

/** A JVM answers an attach in milliseconds; a machine that is swapping may need far longer. */
const attachTimeoutMs = 10_000;

/**
 * What is done with the running process of one cell at each phase it announces. The program waits meanwhile: no reading races with it.
 */
export class CellSession {
  readonly phases: Cell['phases'] = {};
  readonly notes: string[] = [];
  provenance: Provenance | undefined;
  counters: CounterSnapshot | undefined;
  burstMs: number | undefined;
  readonly #plan: CellPlan;
  readonly #timeline: TimelineRecorder;
  readonly #pid: number;
  readonly #startedAt: number;
  readonly #capture: ProcessRunner['capture'];
  #javaHeap: AddressRange[] | undefined;
  #reader: CounterReader | undefined;

  constructor(
    plan: CellPlan,
    process: { pid: number; startedAt: number },
    timeline: TimelineRecorder,
    capture: ProcessRunner['capture'],
  ) {
    this.#plan = plan;
    this.#pid = process.pid;
    this.#startedAt = process.startedAt;
    this.#timeline = timeline;
    this.#capture = capture;
  }

  /** Measures a phase. Rejects when the cell cannot go on, with an error whose message is the reason. */
  async reach({ name, values }: PhaseLine): Promise<void> {
    if (!isPhaseName(name))
      throw new OffheapError('CHILD_FAILED', `Expected one of the phases ${phaseNames.join(', ')}; the program announced ${name}.`);
    if (name === 'baseline') await this.#begin();
    this.phases[name] = measurePhase(this.#instruments, values);
    if (name === 'scanned') await this.#atScanned(values);
    if (name === 'settled' && this.#plan.configuration.allocator === 'glibc' && !this.#plan.hold) await this.#trim();
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

  /** The first attach starts threads inside the JVM, so it comes before the baseline is measured. */
  async #begin(): Promise<void> {
    const { configuration, location, counter } = this.#plan;
    if (!location.found) return;
    this.provenance = await proveProvenance(this.#pid, {
      configuration,
      library: location.library,
      version: location.version,
      capture: this.#capture,
      reportedFlags: await runDiagnosticCommand(this.#pid, 'VM.flags', { timeoutMs: attachTimeoutMs }),
    });
    if (!this.provenance.verified) {
      throw new OffheapError(
        'CHILD_FAILED',
        `The configuration did not reach the process: ${this.provenance.problems.join('; ')}.`,
      );
    }
    this.#javaHeap = await readJavaHeapRanges(this.#pid, { timeoutMs: attachTimeoutMs });
    if (this.#javaHeap) this.#timeline.watchJavaHeap(this.#javaHeap);
    else this.notes.push('native RSS unknown: this JVM does not tell where its heap lies');
    if (counter !== undefined) {
      const reader = openCounters({ pid: this.#pid, writer: counter });
      this.#reader = reader;
      this.#timeline.watchCounters(reader.info);
    }
  }

  async #atScanned(values: PhaseLine['values']): Promise<void> {
    const elapsedMs = values['elapsedMs'];
    if (typeof elapsedMs === 'number') this.burstMs = elapsedMs;
    const nmtCommittedBytes = await readNmtCommittedBytes(this.#pid, attachTimeoutMs);
    const { scanned } = this.phases;
    if (scanned && nmtCommittedBytes !== undefined) this.phases.scanned = { ...scanned, nmtCommittedBytes };
  }

  /** What malloc_trim(3) still gets back when everything has settled. */
  async #trim(): Promise<void> {
    try {
      await runDiagnosticCommand(this.#pid, 'System.trim_native_heap', { timeoutMs: attachTimeoutMs });
    } catch (error) {
      this.notes.push(`no trimmed phase: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
    this.phases.trimmed = measurePhase(this.#instruments);
  }
}

function isPhaseName(name: string): name is PhaseName {
  return (phaseNames as readonly string[]).includes(name);
}
