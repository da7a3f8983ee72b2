import { examine } from '../doctor/examine.ts';
import type { CellDoctor } from '../experiment/cell-doctor.ts';
import { type CellLook, mostLooked } from '../model/cell-look.ts';
import type { DoctorResult } from '../model/doctor.ts';
import { present } from '../model/present.ts';
import { makePatient } from './patient.ts';

/** All of a look. A JVM answers in a second, and owners take two of processor time. */
const longestMs = 20_000;
/** One that hangs may answer nothing. */
const longestOfFailedMs = 10_000;
const answersMs = 5000;
const ownersBudgetMs = 2000;
const onlyLook = { forMs: undefined, gc: false, trim: false, peek: false } as const;

/** Looks at the first program of each configuration that settles: the others are the same. */
export function makeCellDoctor(): CellDoctor {
  const known = new Set<string>();
  return {
    isWanted: (configuration) => !known.has(configuration),
    lookAtSettled: async (configuration, pid, signal) => {
      const look = await lookAt(pid, signal, longestMs);
      known.add(configuration);
      return look;
    },
    lookAtFailed: (pid, signal) => lookAt(pid, signal, longestOfFailedMs),
  };
}

async function lookAt(pid: number, calledOff: AbortSignal, longest: number): Promise<CellLook> {
  const signal = AbortSignal.any([calledOff, AbortSignal.timeout(longest)]);
  const patient = makePatient(pid, { timeoutMs: answersMs, ownersBudgetMs, signal });
  return toCellLook(await examine(patient, { ...onlyLook, signal }));
}

/** Pure. */
export function toCellLook({ verdict, findings, evidence, durationMs }: DoctorResult): CellLook {
  return {
    verdict,
    findings: findings.slice(0, mostLooked).map(({ code, severity, summary, evidence: { bytes } }) => ({
      ...{ code, severity, title: summary },
      ...present('bytes', typeof bytes === 'number' ? bytes : undefined),
    })),
    owners: (evidence.owners?.owners ?? [])
      .slice(0, mostLooked)
      .map(({ kind, name, blocks, bytes }) => ({ kind, name, blocks, bytes })),
    durationMs,
  };
}
