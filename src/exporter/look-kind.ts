import type { Instrument, ReportFailure, Subject, Turn } from './subject.ts';

/** A kind of look at processes in the background, with turns of its own. */
export interface LookKind {
  /** Whose failures a failed look is counted with. */
  readonly instrument: Instrument;
  /** Time between two looks at one process, or more where the pace does not allow it. */
  readonly intervalMs: number;
  /** Undefined of a process that is not looked at so. */
  turnOf(subject: Subject): Turn | undefined;
  /** Looks once, and leaves with the subject what it has seen. */
  look(subject: Subject, context: LookContext): Promise<void>;
  /** Lets go of what was seen, if it is older than that. */
  forget(subject: Subject, olderThanMs: number): void;
}

export interface LookContext {
  report: ReportFailure;
  /** Calls it off: it rejects. */
  signal: AbortSignal;
}
