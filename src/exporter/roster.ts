import { readdirSync } from 'node:fs';
import { parseContainerPlace } from '../parse/container.ts';
import { nameCommand } from '../parse/java-command.ts';
import { isMappedByJvm, parseMappedFiles } from '../parse/maps.ts';
import { parseRssPages, parseStat } from '../parse/proc-stat.ts';
import { readArguments } from '../process/command-line.ts';
import { type ProcFile, readProc, readProcSync } from '../process/proc-file.ts';
import { isSelected, type Selection } from './select.ts';
import type { Subject } from './subject.ts';

/** What was found is believed for so long: a program may load a JVM late, or be replaced by another (execve), and stay the same process. */
const believedMs = 60_000;
/** Of what is to be looked up again a refresh takes so much at most: all at once would be hundreds of milliseconds. */
const recheckedPart = 1 / 12;
/** Each waits for the kernel several times, and each time for a scrape that is under way. */
const judgedAtOnce = 16;

interface Candidate {
  pid: number;
  startTimeTicks: number;
  rssPages: number;
}

interface Verdict {
  startTimeTicks: number;
  foundAt: number;
  /** Undefined of a process that is not selected. */
  subject?: Subject;
}

export interface RosterOptions {
  selection: Selection;
  /** How many processes are exported at most: those with the largest RSS. */
  maxProcesses: number;
}

/**
 * The selected processes of this host. A process that is known costs one read of its `stat`, some 15 µs, at each refresh; that file and no other is read
 * without leaving the JavaScript thread, since the kernel makes nobody wait for it, whatever state the process is in.
 */
export class Roster {
  readonly #options: RosterOptions;
  readonly #verdicts = new Map<number, Verdict>();
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
    const candidates = listCandidates();
    const present = new Set(candidates.map(({ pid }) => pid));
    for (const pid of this.#verdicts.keys()) if (!present.has(pid)) this.#forget(pid);
    const rechecked = this.#oldest(candidates);
    for (let from = 0; from < candidates.length; from += judgedAtOnce)
      await Promise.all(
        candidates.slice(from, from + judgedAtOnce).map((candidate) => this.#judge(candidate, rechecked.has(candidate.pid))),
      );
    const rss = new Map(candidates.map(({ pid, rssPages }) => [pid, rssPages]));
    const selected = [...this.#verdicts.values()].flatMap(({ subject }) => subject ?? []);
    selected.sort((a, b) => (rss.get(b.pid) ?? 0) - (rss.get(a.pid) ?? 0));
    this.#subjects = selected.slice(0, this.#options.maxProcesses);
    this.#leftOut = selected.length - this.#subjects.length;
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
  #oldest(candidates: readonly Candidate[]): Set<number> {
    const foundAt = (pid: number) => this.#verdicts.get(pid)?.foundAt ?? Number.POSITIVE_INFINITY;
    const doubted = candidates.filter(({ pid }) => performance.now() - foundAt(pid) >= believedMs);
    doubted.sort((a, b) => foundAt(a.pid) - foundAt(b.pid));
    return new Set(doubted.slice(0, Math.ceil(candidates.length * recheckedPart)).map(({ pid }) => pid));
  }

  async #judge({ pid, startTimeTicks }: Candidate, isRechecked: boolean): Promise<void> {
    const known = this.#verdicts.get(pid);
    const isSame = known?.startTimeTicks === startTimeTicks;
    if (isSame && !isRechecked) return;
    const found = await describe(pid, startTimeTicks, this.#options.selection);
    // Its figures go on where nothing about it has changed.
    const isUnchanged =
      isSame && found?.argv.join('\0') === known.subject?.argv.join('\0') && found?.isJvm === known.subject?.isJvm;
    if (known && !isUnchanged) this.#forget(pid);
    const subject = isUnchanged ? known.subject : found;
    this.#verdicts.set(pid, { startTimeTicks, foundAt: performance.now(), ...(subject ? { subject } : {}) });
  }
}

/** Start time and RSS of a process that lives; undefined of one that has ended. */
export function readPulse(pid: number): { startTimeTicks: number; rssPages: number } | undefined {
  let stat: string;
  try {
    stat = readProcSync(pid, 'stat');
  } catch {
    return undefined;
  }
  const { state, startTime } = parseStat(stat);
  return state === 'Z' || state === 'X' ? undefined : { startTimeTicks: startTime, rssPages: parseRssPages(stat) };
}

/** Every process with memory of its own, but this one. */
function listCandidates(): Candidate[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.flatMap((name): Candidate[] => {
    const pulse = readPulse(Number(name));
    return pulse === undefined || pulse.rssPages === 0 ? [] : [{ pid: Number(name), ...pulse }];
  });
}

async function describe(pid: number, startTimeTicks: number, selection: Selection): Promise<Subject | undefined> {
  const [argv, maps, cgroup] = await Promise.all([readArguments(pid), read(pid, 'maps'), read(pid, 'cgroup')]);
  const isJvm = isMappedByJvm(parseMappedFiles(maps));
  if (!isSelected(selection, isJvm, argv)) return undefined;
  const command = nameCommand(argv, isJvm);
  const place = parseContainerPlace(cgroup);
  return { pid, startTimeTicks, argv, command, isJvm, place, turn: firstTurn(), memory: {} };
}

/** Behind those that wait already: who starts processes faster than they are looked at is not to be all that is looked at. */
function firstTurn(): Subject['turn'] {
  return { dueAt: performance.now(), failures: 0, isDebtor: false };
}

/** Empty for a process that is gone, or another user's. */
async function read(pid: number, file: ProcFile): Promise<string> {
  return readProc(pid, file).catch(() => '');
}
