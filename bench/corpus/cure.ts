import { execFile } from 'node:child_process';
import type { DoctorResult, Finding, Fix } from '../../src/model/doctor.ts';
import { formatMiB } from '../../src/model/units.ts';
import { blocksInUseBytes } from '../../src/stats/process-figures.ts';
import type { Run } from '../../test/corpus/run.ts';
import { type Patient, startPatient } from '../../test/corpus/start.ts';
import { askDoctor, program, rssBytesOf, untilStill } from './doctor-run.ts';
import { restartWith, shorten } from './restart.ts';

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

/** Less is what two equal runs differ by. */
const materialShare = 0.1;
const freedShare = 0.5;
const settleMs = 15_000;
const commandMs = 120_000;
/** What has no end of its own, such as strace, is watched for so long. */
const watchedMs = 10_000;

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
  const isSetting = (fix.environment ?? fix.jvmFlags) !== undefined || fix.command?.startsWith('export ');
  const tried = isSetting ? setAnew : runCommand;
  return { ...start, ...promised, ...(await tried({ run, patient, result, finding, fix, plain, rssBeforeBytes })) };
}

interface Trial {
  run: Run;
  patient: Patient;
  result: DoctorResult;
  finding: Finding;
  fix: Fix;
  rssBeforeBytes: number;
  plain: (path: string) => string;
}

type Tried = Omit<Cure, 'code' | 'action'>;

/** Starts the program once more, with the setting, and looks whether it does the same work in less memory. */
async function setAnew({ run, patient, result, finding, fix, plain, rssBeforeBytes }: Trial): Promise<Tried> {
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
    const judged = compare(result, after, finding, rssBeforeBytes);
    if (failure !== undefined) return { ...judged, applied, outcome: 'harms', because: failure };
    // The meter, or NMT, is there to see more by.
    const tells = fix.command !== undefined && after.findings[0]?.code !== 'not-enough-evidence';
    return { ...judged, applied, ...(tells ? { outcome: 'tells' } : {}) };
  } finally {
    await again.stop();
  }
}

async function runCommand({ run, patient, result, finding, fix, rssBeforeBytes }: Trial): Promise<Tried> {
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
  const judged = compare(result, await askDoctor(patient.pid, run.forMs), finding, rssBeforeBytes);
  const because = await patient.finish();
  if (because !== undefined) return { ...judged, applied, outcome: 'harms', because };
  // An experiment: what the doctor says after it is what it was promised to be for.
  const tells = judged.outcome === 'does nothing' && said !== '' && /\btells\b/.test(fix.action);
  return { ...judged, applied, ...(tells ? { outcome: 'tells' } : {}) };
}

function compare(before: DoctorResult, after: DoctorResult, { evidence }: Finding, rssBeforeBytes: number): Omit<Tried, 'applied'> {
  const rssAfterBytes = after.evidence.rssBytes;
  const [inUseBeforeBytes, inUseAfterBytes] = [inUse(before), inUse(after)];
  const figures = { rssBeforeBytes, rssAfterBytes, inUseBeforeBytes, inUseAfterBytes };
  const fallen = rssBeforeBytes - rssAfterBytes;
  if (fallen < -materialShare * rssBeforeBytes) return { outcome: 'harms', because: 'RSS is larger with it', ...figures };
  const [largestBefore, largestAfter] = [largestHeapBytes(before), largestHeapBytes(after)];
  if (largestAfter > largestBefore * (1 + materialShare)) {
    return {
      outcome: 'harms',
      because: `the heap may become as large as ${formatMiB(largestAfter)} MiB, not ${formatMiB(largestBefore)}`,
      ...figures,
    };
  }
  if (fallen >= materialShare * rssBeforeBytes) return { outcome: 'gives back', ...figures };
  const freed = inUseBeforeBytes - inUseAfterBytes;
  return { outcome: freed > 0 && freed >= freedShare * Number(evidence['bytes']) ? 'frees' : 'does nothing', ...figures };
}

/** Of malloc; 0 where it cannot be read. */
const inUse = ({ evidence: { malloc } }: DoctorResult) => (malloc === undefined ? 0 : blocksInUseBytes(malloc));

/** 0 of a program that is no JVM. */
const largestHeapBytes = ({ evidence: { jvm } }: DoctorResult) =>
  Number(jvm?.flags.map((flag) => /^-XX:MaxHeapSize=(\d+)$/.exec(flag)?.[1]).find((digits) => digits !== undefined) ?? 0);

/** With this offheap as `offheap`. */
function runInShell(command: string): Promise<{ said: string; failure?: string }> {
  const endless = /^strace /.test(command);
  const script = `offheap() { "$NODE" "$OFFHEAP" "$@"; }\n${command}`;
  const env = { ...process.env, NODE: process.execPath, OFFHEAP: program };
  return new Promise((resolve) => {
    const options = { env, timeout: endless ? watchedMs : commandMs, maxBuffer: 256 * 2 ** 20, killSignal: 'SIGINT' as const };
    execFile('sh', ['-c', endless ? `exec ${command}` : script], options, (error, stdout, stderr) => {
      // 1 and 3 are what the doctor ends with when it has something to say.
      const failed = error !== null && !endless && !(command.startsWith('offheap ') && (error.code === 1 || error.code === 3));
      const [first = ''] = stderr.trim().split('\n');
      resolve({ said: stdout + stderr, ...(failed ? { failure: `${command} failed: ${first || error.message}` } : {}) });
    });
  });
}
