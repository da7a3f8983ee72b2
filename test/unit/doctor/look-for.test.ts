import { expect, test } from 'vitest';
import { lookFor } from '../../../src/doctor/look-for.ts';
import type { Patient } from '../../../src/doctor/patient.ts';
import type { Evidence } from '../../../src/model/doctor.ts';
import { compareLooks } from '../../../src/stats/look-difference.ts';
import { evidenceOf, programEvidence } from '../../fixtures/evidence.ts';

/** What is asked of it, in this order. */
function patientOf(evidence: Evidence) {
  const asked: string[] = [];
  const patient: Pick<Patient, 'look' | 'lookAgain' | 'glance'> = {
    look: async ({ isWarmUp } = { isWarmUp: false }) => {
      asked.push(isWarmUp ? 'a warm-up' : 'a look');
      return evidence;
    },
    lookAgain: async (first, glances) => {
      asked.push('the last look');
      return { ...evidence, growth: compareLooks(first, evidence, glances) };
    },
    glance: async () => ({ at: 0 }),
  };
  return { patient, asked };
}

test.each<[string, Evidence, number | undefined, string[]]>([
  ['one look', evidenceOf(), undefined, ['a look']],
  ['two at a JVM, which is warmed up before', evidenceOf(), 1, ['a warm-up', 'a look', 'the last look']],
  // A process without a JVM has nothing to leave for another look.
  ['two at a program', programEvidence(), 1, ['a warm-up', 'the last look']],
])('%s', async (_, evidence, forMs, expected) => {
  const { patient, asked } = patientOf(evidence);
  await lookFor(patient, forMs);
  expect(asked).toEqual(expected);
});
