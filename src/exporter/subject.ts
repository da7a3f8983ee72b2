import type { Container } from '../model/container.ts';
import type { AllocatorEvidence, Region } from '../model/doctor.ts';
import type { OwnerKind } from '../model/owners.ts';
import type { CounterReader } from '../native/counters.ts';
import type { HeapSummary } from '../native/inspector.ts';
import type { JvmFacts } from '../observe/jvm.ts';
import type { HeapCounters } from '../parse/collections.ts';
import type { ContainerPlace } from '../parse/container.ts';
import type { ContainerNames } from '../parse/container-names.ts';
import type { NmtSummary } from '../parse/nmt.ts';
import type { Keeping, KeepingState } from './tend/keeping.ts';
import type { Kept, Way } from './tend/way.ts';

/** A selected process and what is known of it. Pid and start time name it for good. */
export interface Subject {
  readonly pid: number;
  readonly startTimeTicks: number;
  readonly argv: readonly string[];
  /** A name for people. */
  readonly command: string;
  readonly isJvm: boolean;
  readonly place: ContainerPlace;
  /** How people call its container; undefined where it is in none, and where nobody tells. */
  names?: ContainerNames;
  /** Undefined until it has been looked at. */
  look?: Look;
  readonly turn: Turn;
  readonly memory: Memory;
  /** Who owns its blocks of malloc; undefined until that is looked for. */
  owned?: Owned;
  /** Undefined where nobody has it give memory back. */
  tended?: Tended;
}

/** When it is looked at next. */
export interface Turn {
  /** performance.now(); before the first look, when it was found. */
  dueAt: number;
  /** Looks that have failed since the last that did not. */
  failures: number;
  /** Processor time that the next look is expected to cost. */
  expectedMs: number;
  /** It was looked at, or that was tried: `expectedMs` is more than a guess by its size. */
  isTried: boolean;
  /** A look that has not come back: another one would only wait behind it. */
  pending?: Promise<unknown>;
}

/** What does not change, or seldom, and is read as seldom. */
export interface Memory {
  allocator?: AllocatorEvidence;
  /** The page of a preloaded library, open while the process lives. */
  counters?: CounterReader;
  answers?: JvmAnswersSeldom;
}

/** What tells the allocator of a process, and whether its JVM may be asked: read while that is not known. */
export interface Start {
  /** Mapped by now. */
  files: readonly string[];
  /** Undefined when it may not be read. */
  environment?: ReadonlyMap<string, string>;
}

/** What the JVM told when it was last asked. */
export interface JvmAnswersSeldom {
  /** performance.now(). */
  askedAt: number;
  jvm: JvmFacts;
}

/** One look, its figures of one moment. Absent is what could not be read. */
export interface Look {
  /** Unix time in milliseconds. */
  takenAtMs: number;
  rssBytes: number;
  swapBytes: number;
  /** Of the RSS, on transparent huge pages. */
  hugeBytes: number;
  /** On pages of hugetlbfs. */
  hugetlbBytes: number;
  /** They sum to `rssBytes`. */
  regions: Pick<Region, 'kind' | 'rssBytes'>[];
  /** RSS outside of the Java heap; of a JVM that has told where its heap is. */
  nativeRssBytes?: number;
  allocator: AllocatorEvidence['name'];
  malloc?: MallocLook;
  /** Live bytes by the names of threads, which sum to those of the process; behind libmeter.so or libmmapalloc.so only. */
  threads?: ReadonlyMap<string, number>;
  cgroup?: Container;
  nmt?: NmtSummary;
  /** From jvmstat, where looks are kept. */
  javaHeap?: HeapCounters;
}

/** Looks at owners are rarer and cost more than the others: they have turns of their own. */
export interface Owned {
  readonly turn: Turn;
  /** Undefined until they were found. */
  look?: OwnersLook;
}

/** What is remembered of a process that is to give memory back. */
export interface Tended {
  readonly keeping: Keeping;
  readonly turn: Turn;
  /** The last look that `keeping` was told of, and what it showed. */
  seen?: Look;
  kept: Kept;
  /** `refused`: it is due, and cannot be told. */
  state: KeepingState | 'refused';
  /** Undefined until it was to be told for the first time. */
  way?: Way;
}

/** One look at owners. */
export interface OwnersLook {
  /** Unix time in milliseconds. */
  takenAtMs: number;
  /** The largest and the others together: they sum to all blocks in use. */
  owners: readonly OwnedBytes[];
}

/** What an owner has of the blocks in use. */
export interface OwnedBytes {
  kind: OwnerKind | 'other';
  /** A name that is the same in each process and after each start. */
  owner: string;
  bytes: number;
}

/** Of an inspection what is exported; its list of ranges is long. */
export type MallocLook = Omit<HeapSummary, 'ranges'>;

/** What could not be looked at, told to whoever counts: `code` is an OffheapError's or UNFORESEEN. */
export type ReportFailure = (instrument: Instrument, code: string) => void;

export const instruments = [
  'discovery',
  'process',
  'environment',
  'heaps',
  'owners',
  'tend',
  'mounts',
  'page map',
  'counters',
  'jvm',
  'kept looks',
  'scrape',
] as const;
export type Instrument = (typeof instruments)[number];
