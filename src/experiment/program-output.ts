import { EventEmitter } from 'node:events';
import { OffheapError } from '../model/errors.ts';
import { javaOptionsVariable } from '../model/java-options.ts';
import type { Metric } from '../model/result.ts';
import { bytesPerMiB } from '../model/units.ts';
import { parseMetricLine } from '../parse/metric-line.ts';
import { type PhaseLine, parsePhaseLine } from '../parse/phase-line.ts';
import { quotableLine } from '../process/lines.ts';

/** Of what a program says beside its phases, this many lines are kept for the reason of its failure. */
const keptLines = 20;
/** Reading more takes processor time that the figures would show: such a program belongs to be measured with its log in a file. */
const mostBytes = 256 * bytesPerMiB;

/** A JVM says so of each variable with options, before anything else (OpenJDK: src/hotspot/share/runtime/arguments.cpp): here it is offheap's, and no word of the program. */
const pickedUp = `Picked up ${javaOptionsVariable}: `;

/** What a program says: phase and metric lines are taken out, of the others the last are kept. */
export class ProgramOutput {
  readonly metrics: Record<string, Metric> = {};
  /** Emits `line` with every line of stdout and stderr that is no phase. */
  readonly events = new EventEmitter();
  /** As they came: to make each line of a flood printable costs minutes. */
  readonly #last: string[] = [];
  #bytes = 0;

  /** The last lines, printable. */
  get said(): string[] {
    return this.#last.map(quotableLine);
  }

  /** Reads until the program closes its stdout; waits for `onPhase`. Rejects when it writes more than can be read without harm. */
  async consume(lines: AsyncIterable<string>, onPhase: (phase: PhaseLine) => Promise<void> | void): Promise<void> {
    for await (const line of lines) {
      const phase = parsePhaseLine(line);
      if (phase) await onPhase(phase);
      else this.#take(line);
      this.#count(line);
    }
  }

  /** A line of stderr, whose last lines the runner keeps. */
  takeErrorLine(line: string): void {
    if (!line.startsWith(pickedUp)) this.events.emit('line', line);
  }

  #take(line: string): void {
    const metric = parseMetricLine(line);
    if (metric) {
      const { name, ...figure } = metric;
      this.metrics[name] = figure;
    }
    this.#last.push(line);
    if (this.#last.length > keptLines) this.#last.shift();
    this.events.emit('line', line);
  }

  #count(line: string): void {
    this.#bytes += line.length + 1;
    if (this.#bytes <= mostBytes) return;
    throw new OffheapError(
      'CHILD_FAILED',
      `It wrote over ${mostBytes / bytesPerMiB} MiB to stdout, and reading that takes the processor time that is to be measured. Send its log to a file.`,
    );
  }
}
