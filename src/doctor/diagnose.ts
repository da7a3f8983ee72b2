import type { Evidence, Finding } from '../model/doctor.ts';
import { formatMiB } from '../model/units.ts';
import { rules } from './rules/registry.ts';
import { isLarge } from './rules/thresholds.ts';

export interface Diagnosis {
  /** One sentence. */
  verdict: string;
  /** Problems before notices, each by the bytes they are about. */
  findings: Finding[];
}

/** What the evidence says. Pure: the same evidence gives the same verdict. */
export function diagnose(evidence: Evidence): Diagnosis {
  const found = Object.values(rules)
    .flatMap((rule) => rule(evidence))
    .sort(byWeight);
  const findings = found.length > 0 ? found : notEnoughEvidence(evidence);
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

/** Only when nothing else can be said, and an instrument was missing that might have said something. */
function notEnoughEvidence(evidence: Evidence): Finding[] {
  const unknownBytes = evidence.regions
    .filter(({ kind }) => kind === 'unexplained' || kind === 'allocator')
    .reduce((sum, { rssBytes }) => sum + rssBytes, 0);
  if (evidence.blind.length === 0 || !isLarge(evidence, unknownBytes)) return [];
  const instruments = evidence.blind.map(({ instrument }) => instrument);
  return [
    {
      code: 'not-enough-evidence',
      severity: 'notice',
      summary: `${formatMiB(unknownBytes)} of ${formatMiB(evidence.rssBytes)} MiB could not be looked into: ${evidence.blind[0]?.reason ?? ''}`,
      evidence: { bytes: unknownBytes, blind: instruments.join(', ') },
      fixes: evidence.blind.flatMap(({ instrument, cure }) =>
        cure === undefined ? [] : [{ action: `For ${instrument}: ${cure}` }],
      ),
    },
  ];
}

function verdictOf(evidence: Evidence, findings: readonly Finding[]): string {
  const [lead] = findings;
  if (!lead) return healthy(evidence);
  if (lead.severity === 'notice') return lead.summary;
  const others = findings.filter((finding) => finding.severity === 'problem' && finding !== lead).length;
  if (others === 0) return lead.summary;
  return `${lead.summary.replace(/\.$/, '')}, and there ${others === 1 ? 'is one more problem' : `are ${others} more problems`}.`;
}

function healthy({ rssBytes, regions }: Evidence): string {
  const largest = regions.toSorted((a, b) => b.rssBytes - a.rssBytes)[0];
  const most = largest === undefined ? '' : ` The largest part is ${largest.kind}, ${formatMiB(largest.rssBytes)} MiB.`;
  return `Nothing wrong: of ${formatMiB(rssBytes)} MiB no part is larger than it should be, and nothing worth a setting is kept.${most}`;
}
