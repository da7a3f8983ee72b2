import type { OomConstraint } from '../model/oom.ts';
import type { Counted, HostMemory } from './oom-figures.ts';
import type { KilledProcess, NamedProcess } from './oom-lines.ts';
import type { GroupStat } from './oom-stat.ts';
import type { OomTask } from './oom-tasks.ts';

/** A kill as the kernel tells it. What the log does not have is absent: it may begin in the middle of a report, and the kernel leaves out reports that come too often. */
export interface OomReport {
  unixMs?: number;
  sinceBootMs?: number;
  kernel?: string;
  constraint?: OomConstraint;
  /** Of machines with several memory nodes: those that the killer looked at. */
  memoryNodes?: string;
  /** The thread whose allocation was the last. */
  asker?: { name: string; pid?: number };
  /** Absent where the log ends, or was cut, before it is told. */
  victim?: NamedProcess & Partial<KilledProcess>;
  /** Whose child the victim was, up to Linux 5.0. */
  chosen?: NamedProcess;
  /** With memory.oom.group: the others of the group. */
  alsoKilled: NamedProcess[];
  oomGroupPath?: string;
  /** The victim's own group. */
  path?: string;
  /** Whose limit it was. */
  limitPath?: string;
  memory?: Counted;
  /** v1: memory and swap together. */
  memoryAndSwap?: Counted;
  /** v2. */
  swap?: Counted;
  /** v1: all memory of the kernel. */
  kernelMemory?: Counted;
  stat?: GroupStat;
  tasks: OomTask[];
  /** Beyond those that are kept. */
  moreTasks: number;
  host?: HostMemory;
  reaped?: true;
}

export interface OomLog {
  /** Oldest first; at most the last 512. */
  reports: OomReport[];
  /** How often the kernel says that it has left something out. */
  suppressed: number;
}
