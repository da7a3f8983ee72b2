import type { DoctorResult } from '../../src/model/doctor.ts';
import type { Run } from '../../test/corpus/run.ts';
import type { Patient } from '../../test/corpus/start.ts';
import { runCommand, setAnew } from './apply-fix.ts';
import { rssBytesOf, settleMs, untilStill } from './doctor-run.ts';
import { isOfTheStart } from './restart.ts';
import type { Cure } from './trial.ts';

/** Applies the first fix of the first finding that is more than words. Ends `patient` by that. */
export async function tryFirstCure(
  run: Run,
  patient: Patient,
  result: DoctorResult,
  plain: (path: string) => string,
): Promise<Cure | undefined> {
  const [finding] = result.findings;
  if (finding === undefined) return undefined;
  const fix = finding.fixes.find(({ environment, jvmFlags, command }) => environment ?? jvmFlags ?? command);
  if (fix === undefined) {
    const [words] = finding.fixes;
    return words && { code: finding.code, action: words.action, outcome: 'words' };
  }
  const start = { code: finding.code, action: fix.action };
  const promised = finding.predictedBytes === undefined ? {} : { promisedBytes: finding.predictedBytes };
  // Both are read when they have been at rest: one that was just started still grows by itself.
  await untilStill(patient.pid, settleMs);
  const rssBeforeBytes = rssBytesOf(patient.pid);
  const tried = isOfTheStart(fix) ? setAnew : runCommand;
  return { ...start, ...promised, ...(await tried({ run, patient, result, finding, fix, plain, rssBeforeBytes })) };
}
