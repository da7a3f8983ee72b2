import type { Pulse } from '../parse/proc-stat.ts';
import { readArguments } from '../process/command-line.ts';
import { describe, isKernelThread, listPids, readPulse } from './candidates.ts';
import { ContainerNamer } from './container-namer.ts';
import { isSelected, type Selection } from './select.ts';
import type { Subject } from './subject.ts';

/** What was found is believed for so long: a program may load a JVM late, or be replaced by another (execve), and stay the same process. */
const believedMs = 60_000;
/** Of what is to be looked up again a refresh takes so much at most: all at once would be hundreds of milliseconds. */
const recheckedPart = 1 / 12;
/** Each waits for the kernel several times, and each time for a scrape that is under way. */
const judgedAtOnce = 16;
/** A program that loads a JVM later grows by its library at least, which is some 20 MB of address space. */
const leastGrowthBytes = 8 * 1024 ** 2;

interface Verdict extends Pulse {
  foundAt: number;
  /** How often nothing was found to have changed. */
  confirmed: number;
  /** Undefined of a process that is not selected. */
  subject?: Subject;
}

export interface RosterOptions {
  selection: Selection;
  /** How many processes are exported at most: those with the largest RSS. */
  maxProcesses: number;
}

/**
 * The selected processes of this host. Of a process that is known a refresh reads nothing, but for its `stat` once a minute. That tells whether the process may be another
 * program by now, or a JVM: only then its mappings are read again.
 */
export class Roster {
  readonly #options: RosterOptions;
  readonly #verdicts = new Map<number, Verdict>();
  readonly #namer = new ContainerNamer();
  #subjects: Subject[] = [];
  #leftOut = 0;

  constructor(options: RosterOptions) {
    this.#options = options;
  }

  get subjects(): readonly Subject[] {
    return this.#subjects;
  }

  /** How many were selected and found no place. */
  get leftOut(): number {
    return this.#leftOut;
  }

  async refresh(): Promise<void> {
    const pids = listPids();
    const present = new Set(pids);
    for (const pid of this.#verdicts.keys()) if (!present.has(pid)) this.#forget(pid);
    const doubted = this.#doubted();
    const wanted = pids.filter((pid) => doubted.has(pid) || !this.#verdicts.has(pid));
    for (let from = 0; from < wanted.length; from += judgedAtOnce)
      await Promise.all(wanted.slice(from, from + judgedAtOnce).map((pid) => this.#judge(pid)));
    const selected = [...this.#verdicts.values()].flatMap(({ subject, rssPages }) => (subject ? { subject, rssPages } : []));
    selected.sort((a, b) => b.rssPages - a.rssPages);
    this.#subjects = selected.slice(0, this.#options.maxProcesses).map(({ subject }) => subject);
    this.#leftOut = selected.length - this.#subjects.length;
    await this.#namer.name(this.#subjects);
  }

  /** A process that has ended, without waiting for the next refresh. */
  drop(subject: Subject): void {
    if (this.#verdicts.get(subject.pid)?.subject === subject) this.#verdicts.delete(subject.pid);
    subject.memory.counters?.close();
    this.#subjects = this.#subjects.filter((other) => other !== subject);
  }

  close(): void {
    for (const pid of this.#verdicts.keys()) this.#forget(pid);
    this.#subjects = [];
  }

  #forget(pid: number): void {
    this.#verdicts.get(pid)?.subject?.memory.counters?.close();
    this.#verdicts.delete(pid);
  }

  /** Those of which what was found is no longer believed, the longest known first. */
  #doubted(): Set<number> {
    const believedSince = performance.now() - believedMs;
    const doubted = [...this.#verdicts].filter(([, { foundAt }]) => foundAt <= believedSince);
    doubted.sort(([, a], [, b]) => a.foundAt - b.foundAt);
    return new Set(doubted.slice(0, Math.ceil(this.#verdicts.size * recheckedPart)).map(([pid]) => pid));
  }

  async #judge(pid: number): Promise<void> {
    const pulse = readPulse(pid);
    if (!pulse) return this.#forget(pid);
    const foundAt = performance.now();
    if (isKernelThread(pulse)) return void this.#verdicts.set(pid, { ...pulse, foundAt, confirmed: 0 });
    const known = this.#verdicts.get(pid);
    const isSame = known?.startTimeTicks === pulse.startTimeTicks;
    if (isSame && !(await this.#mayDiffer(pid, known, pulse)))
      return void Object.assign(known, { foundAt, rssPages: pulse.rssPages, confirmed: known.confirmed + 1 });
    const found = await describe(pid, pulse, this.#options.selection);
    // Its figures go on where nothing about it has changed.
    const isUnchanged =
      isSame && found?.argv.join('\0') === known.subject?.argv.join('\0') && found?.isJvm === known.subject?.isJvm;
    if (known && !isUnchanged) this.#forget(pid);
    const subject = isUnchanged ? known.subject : found;
    this.#verdicts.set(pid, { ...pulse, foundAt, confirmed: 0, ...(subject ? { subject } : {}) });
  }

  /** Arguments, which a program may write anew, are read again as well, but ever more seldom: nearly all that do so do it at their start. */
  async #mayDiffer(pid: number, known: Verdict, { program, sizeBytes }: Pulse): Promise<boolean> {
    if (program !== known.program || sizeBytes - known.sizeBytes >= leastGrowthBytes) return true;
    if (!isPowerOfTwo(known.confirmed + 1)) return false;
    const { selection } = this.#options;
    if (known.subject) return (await readArguments(pid)).join('\0') !== known.subject.argv.join('\0');
    return selection.kind === 'pattern' && isSelected(selection, false, await readArguments(pid));
  }
}

function isPowerOfTwo(count: number): boolean {
  return (count & (count - 1)) === 0;
}
