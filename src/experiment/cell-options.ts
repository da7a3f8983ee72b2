import type { AsyncProfiler } from '../jvm/async-profiler.ts';
import type { Jdk } from '../jvm/java-home.ts';
import type { PhaseName } from '../model/phase.ts';
import type { LimitedGroup } from '../process/limited-group.ts';
import type { ProcessRunner } from '../process/runner.ts';
import type { CellDoctor } from './cell-doctor.ts';
import type { PlannedCell } from './planned-cell.ts';

/** How cells are run: the same for all of a run. */
export interface CellOptions {
  runner: ProcessRunner;
  /** The JDK of the reproducer, or of a command that is a `java`; undefined for any other program. */
  jdk: Jdk | undefined;
  timeoutMs: number;
  sampleIntervalMs: number;
  /** Where the reproducer's JVM puts its error log if it crashes. */
  crashFolder: string;
  /** When given, every JVM is profiled from its start. */
  profiler?: AsyncProfiler | undefined;
  signal: AbortSignal;
  /** The memory cgroup that the program is to run in; by default it is offheap's own. */
  group?: LimitedGroup;
  /** Looks at programs that have settled; without it nobody does. */
  doctor?: CellDoctor | undefined;
  onPhase: (planned: PlannedCell, phase: PhaseName, rssBytes: number | undefined) => void;
  /** Called when the program of a planned cell with `hold` has reached that phase: it is kept from then on until `signal`, or its own end. */
  onHold: (pid: number) => void;
}
