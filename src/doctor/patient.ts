import type { AllocatorAnswer, AllocatorRequest } from '../model/allocator-answer.ts';
import type { Evidence } from '../model/doctor.ts';
import type { HeapInspection } from '../model/inspection.ts';
import type { ResourceUse } from '../parse/proc-stat.ts';
import type { Glance } from '../stats/glance.ts';

/** What a fix needs of the process: to be looked at, and to be asked. */
export interface Patient {
  /** `isWarmUp`: where a JVM answers, another look follows, and who owns the blocks of malloc is left to that. */
  look(options?: { isWarmUp: boolean }): Promise<Evidence>;
  /** With what has changed since the first look, owners of blocks among it, and what glances between the two saw. */
  lookAgain(first: Evidence, glances?: readonly Glance[]): Promise<Evidence>;
  /** A quick reading that asks the JVM nothing; without malloc's heaps where `budgetMs`, the processor time for them, is 0. */
  glance(budgetMs: number): Promise<Glance>;
  inspect(): Promise<HeapInspection>;
  /** Short of that of smaps by some pages per CPU, and cheap. */
  readRssBytes(): Promise<number>;
  /** What it has used since it was started; undefined where that is not told. */
  readUse(): Promise<ResourceUse | undefined>;
  /** Runs a diagnostic command of the JVM. */
  ask(command: string): Promise<string>;
  /** What the allocators in the JVM say of themselves, by an agent that it loads; where they are only asked, also what the one that serves malloc would give back. */
  askAllocator(request: AllocatorRequest): Promise<AllocatorAnswer[]>;
}
