import type { DoctorResult } from '../../src/model/doctor.ts';
import { judge, type Verdict, verdicts } from '../../test/corpus/judge.ts';
import { type Patient, startPatient } from '../../test/corpus/start.ts';
import { whyNot } from '../../test/corpus/why-not.ts';
import { tryFirstCure } from './cure.ts';
import { askDoctor } from './doctor-run.ts';
import type { Planned } from './plan.ts';
import type { CaseResult, Pass } from './results.ts';
import type { Cure } from './trial.ts';

/** Starts the program, looks as often as its case says, judges, and applies the first cure. Never throws: what fails is a result. */
export async function runCase({ run, of, skipped }: Planned, plain: (path: string) => string): Promise<CaseResult> {
  const start = { name: run.name, takenAt: new Date().toISOString(), isHealthy: of.truth === 'healthy', passes: [] };
  const reason = skipped ?? (await whyNot(run));
  if (reason !== undefined) return { ...start, skipped: reason };
  let patient: Patient | undefined;
  try {
    patient = await startPatient(run, plain);
    const { announced } = patient;
    const first = await askDoctor(patient.pid, run.forMs);
    const passes = [passOf(first, judge(of.truth, announced, first.findings), run.forMs)];
    if (of.thenForMs !== undefined) {
      const second = await askDoctor(patient.pid, of.thenForMs);
      passes.push(passOf(second, judge(of.truth, announced, second.findings), of.thenForMs));
    }
    const cure = await tryOrTell(() => tryFirstCure(run, patient as Patient, first, plain), first);
    return { ...start, verdict: worst(passes), announced, passes, ...(cure === undefined ? {} : { cure }) };
  } catch (error) {
    return { ...start, failed: (error as Error).message };
  } finally {
    await patient?.stop();
  }
}

/** The verdict stands whatever becomes of the cure. */
async function tryOrTell(
  attempt: () => Promise<Cure | undefined>,
  { findings: [finding] }: DoctorResult,
): Promise<Cure | undefined> {
  try {
    return await attempt();
  } catch (error) {
    const action = finding?.fixes[0]?.action ?? '';
    return { code: finding?.code ?? '', action, outcome: 'harms', because: (error as Error).message };
  }
}

function passOf(
  result: DoctorResult,
  judgement: Omit<Pass, 'rssBytes' | 'durationMs' | 'said' | 'findings' | 'forMs'>,
  forMs?: number,
): Pass {
  return {
    ...(forMs === undefined ? {} : { forMs }),
    ...judgement,
    rssBytes: result.evidence.rssBytes,
    durationMs: result.durationMs,
    said: result.verdict,
    findings: result.findings.map(({ code, severity, summary, evidence, fixes: [cure] }) => ({
      ...{ code, severity, summary, evidence },
      ...(cure === undefined ? {} : { cure: cure.action }),
    })),
  };
}

function worst(passes: readonly Pass[]): Verdict {
  const ranks = passes.map(({ verdict }) => verdicts.indexOf(verdict));
  return passes[ranks.indexOf(Math.max(...ranks))]?.verdict ?? 'right';
}
