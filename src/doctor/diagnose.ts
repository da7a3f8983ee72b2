import type { Evidence, Finding } from '../model/doctor.ts';
import { formatMiB } from '../model/units.ts';
import type { Unknown } from '../model/unknown.ts';
import { explainUnknown } from './explain.ts';
import { rules } from './rules/registry.ts';
import { isLarge } from './rules/thresholds.ts';

export interface Diagnosis {
  /** One to four short sentences. */
  verdict: string;
  /** Problems before notices, each by the bytes they are about. */
  findings: Finding[];
}

/** What the evidence says. Pure: the same evidence gives the same verdict. */
export function diagnose(evidence: Evidence): Diagnosis {
  const found = Object.values(rules)
    .flatMap((rule) => rule(evidence))
    .sort(byWeight);
  const hasProblem = found.some(({ severity }) => severity === 'problem');
  const findings = hasProblem ? found : [...found, ...notEnoughEvidence(evidence, found.length === 0)];
  return { verdict: verdictOf(evidence, findings), findings };
}

function byWeight(a: Finding, b: Finding): number {
  if (a.severity !== b.severity) return a.severity === 'problem' ? -1 : 1;
  // An OOM kill is about to happen: nothing is more urgent, though others say what to do about it.
  return urgency(b) - urgency(a) || Number(b.evidence['bytes'] ?? 0) - Number(a.evidence['bytes'] ?? 0);
}

function urgency({ code }: Finding): number {
  return code === 'near-limit' || code === 'malloc-growing' ? 1 : 0;
}

/** Where an instrument was missing that might have found a problem; `isSilent`: nothing at all was found. */
function notEnoughEvidence(evidence: Evidence, isSilent: boolean): Finding[] {
  const unknownBytes = evidence.regions
    .filter(({ kind }) => kind === 'unexplained' || kind === 'allocator')
    .reduce((sum, { rssBytes }) => sum + rssBytes, 0);
  const spots = explainUnknown(evidence);
  const indispensable = evidence.unknown.findIndex((unknown) => isIndispensable(unknown, evidence));
  const missing = spots[Math.max(0, indispensable)];
  const isUnknown = isSilent && isLarge(evidence, unknownBytes);
  if (!missing || !(isUnknown || indispensable >= 0)) return [];
  const what = isUnknown
    ? `${formatMiB(unknownBytes)} of ${formatMiB(evidence.rssBytes)} MiB could not be looked into`
    : 'There is not enough evidence to say that nothing is wrong';
  return [
    {
      code: 'not-enough-evidence',
      severity: 'notice',
      summary: `${what}: ${missing.reason}`,
      evidence: { bytes: unknownBytes, blind: spots.map(({ instrument }) => instrument).join(', ') },
      fixes: spots.flatMap(({ instrument, cure }) => (cure === undefined ? [] : [{ action: `For ${instrument}: ${cure}` }])),
    },
  ];
}

/** Without what the JVM says, or without what malloc holds, most of what can be wrong goes unseen. The meter's page tells as well what malloc holds. */
function isIndispensable({ instrument }: Unknown, { counters }: Evidence): boolean {
  return instrument === 'jvm' || (instrument === 'heaps' && counters === undefined);
}

function verdictOf(evidence: Evidence, findings: readonly Finding[]): string {
  const [heaviest] = findings;
  if (!heaviest) return healthy(evidence);
  if (heaviest.severity === 'notice') return heaviest.summary;
  const others = findings.filter((finding) => finding.severity === 'problem' && finding !== heaviest).length;
  if (others === 0) return heaviest.summary;
  return `${heaviest.summary} There ${others === 1 ? 'is one more problem' : `are ${others} more problems`}.`;
}

function healthy({ rssBytes, regions }: Evidence): string {
  const largest = regions.toSorted((a, b) => b.rssBytes - a.rssBytes)[0];
  const most = largest === undefined ? '' : ` The largest part is ${largest.kind}, ${formatMiB(largest.rssBytes)} MiB.`;
  return `Nothing wrong: no part of the ${formatMiB(rssBytes)} MiB is larger than it should be, and malloc keeps little free.${most}`;
}
