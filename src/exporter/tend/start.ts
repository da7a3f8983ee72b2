import { inspectBudgetMs } from '../exporter.ts';
import { Pace, processorMs } from '../pace.ts';
import { Roster } from '../roster.ts';
import { Rounds, type RoundsJournal } from '../rounds.ts';
import type { Selection } from '../select.ts';
import { type HearTend, Tending, type TendOptions } from './tending.ts';

export interface TenderOptions extends TendOptions {
  selection: Selection;
  /** Of one core, for all that is done here. */
  cpuShare: number;
}

export interface Tender {
  /** Processes that are looked at now. */
  readonly processes: number;
  /** Processor time of this process since it was started. */
  readonly cpuMs: number;
  /** Looks and requests that failed, by instrument and code. */
  readonly failures: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

const discoverMs = 5000;
const attachIntervalMs = 600_000;
const mostProcesses = 1000;

/** Tends processes in the background until it is closed, and serves nothing. */
export function startTender({ selection, cpuShare, ...options }: TenderOptions, hear: HearTend): Tender {
  const roster = new Roster({ selection, maxProcesses: mostProcesses });
  const failures = new Map<string, number>();
  const journal: RoundsJournal = {
    looked: () => {},
    gone: () => {},
    failed: (instrument, code) => {
      const key = `${instrument}: ${code}`;
      failures.set(key, (failures.get(key) ?? 0) + 1);
    },
  };
  const looks = { intervalMs: options.everyMs, attachIntervalMs, inspectBudgetMs, topThreads: 0 };
  const moreKinds = [new Tending(options, hear)];
  const stop = new AbortController();
  const ended = new Rounds(roster, new Pace(cpuShare), journal, { ...looks, discoverMs, moreKinds }).run(stop.signal);
  return {
    get processes() {
      return roster.subjects.length;
    },
    get cpuMs() {
      return processorMs();
    },
    failures,
    close: async () => {
      stop.abort();
      await ended;
      roster.close();
    },
  };
}
