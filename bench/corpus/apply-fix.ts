import { type Patient, startPatient } from '../../test/corpus/start.ts';
import { compare } from './compare.ts';
import { askDoctor, rssBytesOf, settleMs, untilStill } from './doctor-run.ts';
import { restartWith, shorten } from './restart.ts';
import { runInShell } from './shell.ts';
import type { Trial, Tried } from './trial.ts';

/** Starts the program once more, with the setting, and looks whether it does the same work in less memory. */
export async function setAnew({ run, patient, result, finding, fix, plain, rssBeforeBytes }: Trial): Promise<Tried> {
  await patient.stop();
  const { next, applied } = await restartWith(run, fix);
  let again: Patient;
  try {
    again = await startPatient(next, plain);
  } catch (error) {
    return { applied, outcome: 'harms', because: (error as Error).message };
  }
  try {
    await untilStill(again.pid, settleMs);
    const after = await askDoctor(again.pid, run.forMs);
    const failure = await again.finish();
    const judged = compare(result, after, finding, rssBeforeBytes, run.moves);
    if (failure !== undefined) return { ...judged, applied, outcome: 'harms', because: failure };
    // The meter, or another allocator, is there to see more by.
    const tells =
      (fix.command?.startsWith('export ') || /\blook again\b/.test(fix.action)) &&
      after.findings[0]?.code !== 'not-enough-evidence';
    return { ...judged, applied, ...(tells ? { outcome: 'tells' } : {}) };
  } finally {
    await again.stop();
  }
}

/** Runs it on the living program. */
export async function runCommand({ run, patient, result, finding, fix, rssBeforeBytes }: Trial): Promise<Tried> {
  const applied = shorten(fix.command ?? '');
  const { said, failure } = await runInShell(applied);
  if (rssBytesOf(patient.pid) === 0) return { applied, outcome: 'harms', because: 'the process has ended' };
  if (failure !== undefined) return { applied, outcome: 'does nothing', because: failure };
  const isExperiment = fix.kind !== undefined;
  if (!isExperiment) {
    const because = await patient.finish();
    if (because !== undefined) return { applied, outcome: 'harms', because };
    return said === '' ? { applied, outcome: 'does nothing', because: 'it prints nothing' } : { applied, outcome: 'tells' };
  }
  await untilStill(patient.pid, settleMs);
  const judged = compare(result, await askDoctor(patient.pid, run.forMs), finding, rssBeforeBytes, run.moves);
  const because = await patient.finish();
  if (because !== undefined) return { ...judged, applied, outcome: 'harms', because };
  // An experiment: what the doctor says after it is what it is for.
  const tells = judged.outcome === 'does nothing' && said !== '' && applied.startsWith('offheap doctor ');
  return { ...judged, applied, ...(tells ? { outcome: 'tells' } : {}) };
}
