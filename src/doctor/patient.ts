import type { Evidence } from '../model/doctor.ts';
import type { HeapInspection } from '../model/inspection.ts';
import type { ResourceUse } from '../parse/proc-stat.ts';

/** What a fix needs of the process: to be looked at, and to be asked. */
export interface Patient {
  look(): Promise<Evidence>;
  /** With what has changed since the first look. */
  lookAgain(first: Evidence): Promise<Evidence>;
  inspect(): Promise<HeapInspection>;
  /** Short of that of smaps by some pages per CPU, and cheap. */
  readRssBytes(): Promise<number>;
  /** What it has used since it was started; undefined where that is not told. */
  readUse(): Promise<ResourceUse | undefined>;
  /** Runs a diagnostic command of the JVM. */
  ask(command: string): Promise<string>;
}
