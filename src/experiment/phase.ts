import { OffheapError } from '../model/errors.ts';
import { type PhaseName, phaseNamed, phaseNames } from '../model/phase.ts';
import type { PhaseLine } from '../parse/phase-line.ts';

/** A moment to measure now. */
export interface Phase {
  name: PhaseName;
  /** What the program said of itself on its phase line; undefined where offheap brought the phase about. */
  announced: PhaseLine['values'] | undefined;
}

/** Undefined for a word that is no phase. */
export function announcedPhase({ name, values }: PhaseLine): Phase | undefined {
  const phase = phaseNamed(name);
  return phase === undefined ? undefined : { name: phase, announced: values };
}

/** @throws OffheapError CHILD_FAILED for a word that is no phase. */
export function requirePhase(line: PhaseLine): Phase {
  const phase = announcedPhase(line);
  if (phase) return phase;
  throw new OffheapError(
    'CHILD_FAILED',
    `Expected one of the phases ${phaseNames.join(', ')}; the program announced ${line.name}.`,
  );
}
