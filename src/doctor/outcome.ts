import type { AppliedFix, Finding } from '../model/doctor.ts';
import { formatCount, formatMiB } from '../model/units.ts';
import type { Diagnosis } from './diagnose.ts';
import { tellingBytes } from './why-trim-differs.ts';

/** What an experiment has shown, in short sentences: it stands before the verdict. */
export function describeOutcome(applied: readonly AppliedFix[], { findings }: Diagnosis): string[] {
  const isTold = findings.some(({ code }) => code === 'zlib-held' || code === 'direct-buffers');
  return applied.flatMap((fix) => {
    if (fix.kind === 'gc') return describeCollection(fix, isTold);
    return fix.kind === 'set' ? [describeSettings(fix)] : [describeTrim(fix)];
  });
}

/** Until the next start: one of its reasons says so. */
function describeSettings({ settings = [] }: AppliedFix): string {
  return `malloc has ${settings.map(({ name, value }) => `${name}=${value}`).join(' and ')} now.`;
}

function describeTrim({ actualBytes }: AppliedFix): string {
  return actualBytes < tellingBytes ? 'The trim gave next to nothing back.' : `The trim gave ${formatMiB(actualBytes)} MiB back.`;
}

/** `isTold`: a finding says what the program holds. */
function describeCollection({ javaHeap, zlib, freedBlocksBytes = 0, actualBytes }: AppliedFix, isTold: boolean): string[] {
  const said = [...(zlib ? describeStates(zlib, isTold) : []), ...(javaHeap ? describeHeap(javaHeap) : [])];
  if (said.length > 0) return said;
  if (freedBlocksBytes >= tellingBytes)
    return [`The collection freed ${formatMiB(freedBlocksBytes)} MiB of blocks of malloc: they had waited for it.`];
  if (actualBytes >= tellingBytes) return [`The collection gave ${formatMiB(actualBytes)} MiB back.`];
  return isTold ? [] : ['The collection freed next to nothing.'];
}

function describeHeap({
  usedBeforeBytes,
  usedAfterBytes,
  rssBeforeBytes,
  rssAfterBytes,
}: NonNullable<AppliedFix['javaHeap']>): string[] {
  const backBytes = rssBeforeBytes - rssAfterBytes;
  if (usedBeforeBytes - usedAfterBytes < tellingBytes && backBytes < tellingBytes) return [];
  const back = backBytes < tellingBytes ? 'none of the heap' : `${formatMiB(backBytes)} MiB of the heap`;
  return [
    `Of ${formatMiB(usedBeforeBytes)} MiB of Java objects the collection left ${formatMiB(usedAfterBytes)}, and gave ${back} back.`,
  ];
}

function describeStates(
  { statesBefore, statesAfter, beforeBytes, afterBytes }: NonNullable<AppliedFix['zlib']>,
  isTold: boolean,
): string[] {
  const freedBytes = beforeBytes - afterBytes;
  return [
    ...(freedBytes >= tellingBytes
      ? [`${formatCount(statesBefore - statesAfter)} zlib states, ${formatMiB(freedBytes)} MiB, had waited for it and are freed.`]
      : []),
    ...(afterBytes >= tellingBytes && !isTold
      ? [`${formatCount(statesAfter)} zlib states, ${formatMiB(afterBytes)} MiB, survived it: the program holds them.`]
      : []),
  ];
}

/** Problems that the experiment has cured: they come again unless something is changed for good, and that stays advised. */
export function curedFindings(before: Diagnosis, after: Diagnosis, applied: readonly AppliedFix[]): Finding[] {
  const isNow = (code: Finding['code']) => after.findings.some((finding) => finding.code === code);
  // Of the states that were said to wait or to be held, those are left that are held.
  const isLeft = ({ code }: Finding) => isNow(code) || (code === 'waiting-for-gc' && isNow('zlib-held'));
  const isDone = (kind: string | undefined) => applied.some((fix) => fix.kind === kind);
  return before.findings
    .filter((finding) => finding.severity === 'problem' && !isLeft(finding))
    .map((finding) => ({
      code: finding.code,
      severity: 'notice',
      summary: `Cured for now. Before it was so: ${finding.summary}`,
      evidence: finding.evidence,
      fixes: finding.fixes.filter(({ kind }) => !isDone(kind)),
    }));
}
