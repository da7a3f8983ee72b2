import type { DoctorResult, Finding, Fix } from '../../src/model/doctor.ts';
import type { Run } from '../../test/corpus/run.ts';
import type { Patient } from '../../test/corpus/start.ts';

/** What became of a cure. */
export const outcomes = ['gives back', 'frees', 'tells', 'does nothing', 'harms', 'words'] as const;
export type Outcome = (typeof outcomes)[number];

export interface Cure {
  /** Of which finding, and what the doctor says that it does. */
  code: string;
  action: string;
  /** What was set, or run. */
  applied?: string;
  outcome: Outcome;
  because?: string;
  promisedBytes?: number;
  rssBeforeBytes?: number;
  rssAfterBytes?: number;
  /** Blocks of malloc in use, which a collection frees and does not give back. */
  inUseBeforeBytes?: number;
  inUseAfterBytes?: number;
}

/** A program that was looked at, and the fix that is to be tried on it. */
export interface Trial {
  run: Run;
  patient: Patient;
  result: DoctorResult;
  finding: Finding;
  fix: Fix;
  /** At rest. */
  rssBeforeBytes: number;
  plain: (path: string) => string;
}

export type Tried = Omit<Cure, 'code' | 'action'>;
