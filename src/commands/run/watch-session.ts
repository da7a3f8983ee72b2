import { makePatient } from '../../api/patient.ts';
import { applyTrim } from '../../doctor/apply.ts';
import { applyGc } from '../../doctor/apply-gc.ts';
import { toResult } from '../../doctor/examine.ts';
import type { Evidence } from '../../model/doctor.ts';
import type { Judgement, WatchView } from '../../model/watch.ts';
import { inspectHeap } from '../../native/inspector.ts';
import { collectEvidence } from '../../observe/evidence.ts';
import { Monitor } from '../../observe/monitor.ts';
import { observeOwners } from '../../observe/owners.ts';
import { OwnersWatch } from '../../observe/owners-watch.ts';
import { readCommandLine } from '../../process/command-line.ts';
import { writeWhole } from '../../process/whole-file.ts';
import { describeApplied } from '../../reporters/doctor-lines.ts';
import { toJson } from './json.ts';

export interface SessionOptions {
  intervalMs: number;
  timeoutMs: number;
  /** Finds the processes to watch now. */
  find: () => Promise<number[]>;
  /** Where `s` saves a doctor's result. */
  fileFor: (pid: number) => string;
}

/** How often new processes are looked for. */
const findMs = 2000;
/** Processor time of a look at owners. */
const ownersBudgetMs = 10_000;

/** The processes that are watched, and what is done with them. Knows of no terminal. */
export class WatchSession {
  readonly #options: SessionOptions;
  readonly #monitors: Monitor[] = [];
  #foundAt = Number.NEGATIVE_INFINITY;
  #focus = 0;
  #message = '';
  #armed: 'trim' | 'gc' | undefined;
  #showsKeys = false;
  /** Of the processes that were in focus while owners are shown; undefined while they are not. */
  #owners: Map<Monitor, OwnersWatch> | undefined;
  #acting: Promise<void> | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  get view(): WatchView {
    const { intervalMs } = this.#options;
    const glances = this.#monitors.map((monitor) => {
      const owners = this.#owners?.get(monitor)?.glance();
      return { ...monitor.glance(), ...(owners ? { owners } : {}) };
    });
    const shown = { showsOwners: this.#owners !== undefined, showsKeys: this.#showsKeys };
    return { glances, focus: this.#focus, intervalMs, message: this.#message, armed: this.#armed, ...shown };
  }

  get hasEnded(): boolean {
    return this.#monitors.length > 0 && this.#monitors.every(({ hasEnded }) => hasEnded);
  }

  async tick(): Promise<void> {
    if (performance.now() - this.#foundAt >= findMs) await this.#find();
    await Promise.all(this.#monitors.map((monitor) => monitor.tick()));
    // In the background, and of the focused one only: a look reads the heaps, which a list of a hundred processes could not pay for.
    void this.#focused?.look();
    this.#lookForOwners();
  }

  /** Returns false when the session is to end. */
  press(name: string): boolean {
    if (name === 'interrupt') return false;
    if (this.#showsKeys) {
      this.#showsKeys = false;
      return true;
    }
    const armed = this.#armed;
    this.#armed = undefined;
    if (name === 'q') return false;
    if (name === '?') this.#showsKeys = true;
    else if (name === 'up' || name === 'k') this.#move(-1);
    else if (name === 'down' || name === 'j' || name === 'tab') this.#move(1);
    else if (name === 'o') this.#toggleOwners();
    else if (name === 's') this.#act('saving …', (monitor) => this.#save(monitor));
    else if (name === 't') this.#confirm('trim', armed);
    else if (name === 'g') this.#confirm('gc', armed);
    return true;
  }

  /** When what was begun by a key is done. */
  async settled(): Promise<void> {
    await this.#acting;
  }

  close(): void {
    this.#closeOwners();
    for (const monitor of this.#monitors) monitor.close();
  }

  get #focused(): Monitor | undefined {
    return this.#monitors[this.#focus];
  }

  async #find(): Promise<void> {
    this.#foundAt = performance.now();
    const known = new Set(this.#monitors.filter(({ hasEnded }) => !hasEnded).map(({ pid }) => pid));
    for (const pid of await this.#options.find()) if (!known.has(pid)) await this.#add(pid);
  }

  async #add(pid: number): Promise<void> {
    const { timeoutMs } = this.#options;
    const command = await readCommandLine(pid);
    const look = () => collectEvidence(pid, { inspect: inspectHeap, timeoutMs });
    this.#monitors.push(await Monitor.open(pid, { command, look, judge }));
  }

  #move(by: number): void {
    const count = this.#monitors.length;
    if (count > 0) this.#focus = (this.#focus + by + count) % count;
  }

  #toggleOwners(): void {
    if (this.#owners) this.#closeOwners();
    else {
      this.#owners = new Map();
      this.#lookForOwners();
    }
  }

  #closeOwners(): void {
    for (const owners of this.#owners?.values() ?? []) owners.callOff();
    this.#owners = undefined;
  }

  /** Of the focused process and no other, off the JavaScript thread: keys and ticks go on. */
  #lookForOwners(): void {
    const monitor = this.#focused;
    if (!this.#owners || !monitor || monitor.hasEnded) return;
    const { pid } = monitor;
    for (const [other, owners] of this.#owners) if (other !== monitor) owners.callOff();
    const owners =
      this.#owners.get(monitor) ?? new OwnersWatch((signal) => observeOwners(pid, { budgetMs: ownersBudgetMs, signal }));
    this.#owners.set(monitor, owners);
    void owners.look();
  }

  #confirm(what: 'trim' | 'gc', armed: 'trim' | 'gc' | undefined): void {
    if (armed !== what) this.#armed = what;
    else this.#act(what === 'trim' ? 'trimming …' : 'collecting …', (monitor) => this.#apply(monitor, what));
  }

  #act(doing: string, action: (monitor: Monitor) => Promise<string>): void {
    const monitor = this.#focused;
    if (!monitor || this.#acting) return;
    this.#message = doing;
    this.#acting = action(monitor)
      .catch((error: Error) => error.message)
      .then((message) => {
        this.#message = message;
        this.#acting = undefined;
      });
  }

  async #apply(monitor: Monitor, what: 'trim' | 'gc'): Promise<string> {
    const patient = makePatient(monitor.pid, { timeoutMs: this.#options.timeoutMs });
    const { fix } = await (what === 'trim' ? applyTrim(patient) : applyGc(patient));
    await monitor.look({ now: true });
    return describeApplied(fix);
  }

  /** The last look at a process that has ended is still worth saving. */
  async #save(monitor: Monitor): Promise<string> {
    const startedAt = performance.now();
    await monitor.look({ now: true });
    const { evidence } = monitor;
    if (!evidence) return `Nothing to save: process ${monitor.pid} was not looked at yet.`;
    const result = toResult(evidence, Math.round(performance.now() - startedAt));
    const file = this.#options.fileFor(monitor.pid);
    await writeWhole(file, toJson(result));
    return `saved: ${file}, to be read by offheap report`;
  }
}

function judge(evidence: Evidence): Judgement {
  const { verdict, findings } = toResult(evidence, 0);
  return { verdict, isProblem: findings[0]?.severity === 'problem' };
}
