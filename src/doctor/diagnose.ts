import type { Evidence, Finding, Region } from '../model/doctor.ts';
import { formatMiB } from '../model/units.ts';
import type { Unknown } from '../model/unknown.ts';
import { describeRead, mallocRead } from '../stats/malloc-read.ts';
import { repeatedHeapBytes } from '../stats/rss-account.ts';
import { explainUnknown } from './explain.ts';
import { neverCollects } from './last-collection.ts';
import { describeRoom, describeSwapped } from './limit-sentences.ts';
import { rules } from './rules/registry.ts';
import { isLarge } from './rules/thresholds.ts';
import { mayHideProblem } from './unread.ts';

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
    .map((finding) => withoutCollections(finding, evidence))
    .sort(byWeight);
  const hasProblem = found.some(({ severity }) => severity === 'problem');
  const findings = hasProblem ? found : [...found, ...notEnoughEvidence(evidence, found.length === 0)].sort(byWeight);
  return { verdict: verdictOf(evidence, findings), findings };
}

function withoutCollections(finding: Finding, { jvm }: Evidence): Finding {
  if (!jvm || !neverCollects(jvm)) return finding;
  return { ...finding, fixes: finding.fixes.filter(({ kind }) => kind !== 'gc') };
}

function byWeight(a: Finding, b: Finding): number {
  if (a.severity !== b.severity) return a.severity === 'problem' ? -1 : 1;
  // An OOM kill is about to happen: nothing is more urgent, though others say what to do about it.
  return urgency(b) - urgency(a) || Number(b.evidence['bytes'] ?? 0) - Number(a.evidence['bytes'] ?? 0);
}

function urgency({ code }: Finding): number {
  return code === 'near-limit' || code.endsWith('-growing') ? 1 : 0;
}

/** Where an instrument was missing that might have found a problem; `isSilent`: nothing at all was found. */
function notEnoughEvidence(evidence: Evidence, isSilent: boolean): Finding[] {
  const spots = explainUnknown(evidence);
  const indispensable = evidence.unknown.findIndex((unknown) => isIndispensable(unknown, evidence));
  const missing = spots[Math.max(0, indispensable)];
  const { bytes, what } = unknownPart(evidence, isSilent);
  if (!missing || !(what || indispensable >= 0)) return [];
  return [
    {
      code: 'not-enough-evidence',
      severity: 'notice',
      summary: `${what ?? 'There is not enough evidence to say that nothing is wrong'}: ${missing.reason}`,
      evidence: { bytes, blind: spots.map(({ instrument }) => instrument).join(', ') },
      fixes: spots.flatMap(({ instrument, cure }) => (cure === undefined ? [] : [{ action: `For ${instrument}: ${cure}` }])),
    },
  ];
}

/** What nobody looked into, and how much it is; `what` where it is large enough to be told first. */
function unknownPart(evidence: Evidence, isSilent: boolean): { bytes: number; what?: string } {
  const { malloc, regions, rssBytes } = evidence;
  if (malloc && mayHideProblem(evidence)) {
    const { unreadBytes, estimatedBytes, missingBytes, rssBytes: readBytes } = mallocRead(malloc);
    const bytes = unreadBytes + estimatedBytes + missingBytes;
    return {
      bytes,
      what: `${formatMiB(bytes)} of ${formatMiB(readBytes + missingBytes)} MiB of malloc could not be read, enough to hide a problem`,
    };
  }
  const bytes = regions
    .filter(({ kind }) => kind === 'unexplained' || kind === 'allocator')
    .reduce((sum, region) => sum + region.rssBytes, 0);
  if (!isSilent || !isLarge(evidence, bytes)) return { bytes };
  return { bytes, what: `${formatMiB(bytes)} of ${formatMiB(rssBytes)} MiB could not be looked into` };
}

/**
 * Without what the JVM says, or without what malloc holds, most of what can be wrong goes unseen. Of another allocator than glibc's the meter's page tells as
 * well what is live.
 */
function isIndispensable({ instrument, code }: Unknown, evidence: Evidence): boolean {
  if (instrument === 'jvm') return true;
  if (instrument !== 'heaps') return false;
  if (code === 'not-read') return mayHideProblem(evidence);
  return code !== 'other-allocator' || evidence.counters === undefined;
}

/** The heaviest finding; the limit, which `near-limit` has said; what is in swap; and where malloc was not read whole, how much of it was. */
function verdictOf(evidence: Evidence, findings: readonly Finding[]): string {
  const judged = judge(evidence, findings);
  const room = findings[0]?.code === 'near-limit' ? undefined : describeRoom(evidence);
  const read = evidence.malloc && describeRead(evidence.malloc);
  const swapped = judged.includes('are in swap') ? undefined : describeSwapped(evidence);
  const sentences = [judged, room, swapped, read !== undefined && judged.includes(read) ? undefined : read];
  return sentences.filter((sentence) => sentence !== undefined).join(' ');
}

function judge(evidence: Evidence, findings: readonly Finding[]): string {
  const [heaviest] = findings;
  if (!heaviest) return healthy(evidence);
  if (heaviest.severity === 'notice') return heaviest.summary;
  const others = findings.filter((finding) => finding.severity === 'problem' && finding !== heaviest).length;
  if (others === 0) return heaviest.summary;
  return `${heaviest.summary} There ${others === 1 ? 'is one more problem' : `are ${others} more problems`}.`;
}

function healthy(evidence: Evidence): string {
  const { rssBytes, regions } = evidence;
  const repeatedBytes = repeatedHeapBytes(evidence);
  const takes = ({ kind, rssBytes: bytes }: Region) => bytes - (kind === 'java heap' ? repeatedBytes : 0);
  const largest = regions.toSorted((a, b) => takes(b) - takes(a))[0];
  const most = largest === undefined ? '' : ` The largest part is ${largest.kind}, ${formatMiB(takes(largest))} MiB.`;
  return `Nothing wrong: no part of the ${formatMiB(rssBytes - repeatedBytes)} MiB is larger than it should be, and malloc keeps little free.${most}`;
}
