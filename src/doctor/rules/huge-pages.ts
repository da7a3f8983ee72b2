import type { Evidence, Finding, RegionKind } from '../../model/doctor.ts';
import { formatMiB } from '../../model/units.ts';
import { hugeSampleErrorBytes, unwrittenHugeBytes } from '../../stats/huge-pages.ts';
import { fewerHugePages } from '../huge-page-fixes.ts';
import { isMaterial } from './thresholds.ts';

/** One byte makes all of a huge page resident. What was never written holds zeros, which is what can be seen of it. */
export function hugePages(evidence: Evidence): Finding[] {
  const { hugePages: found, regions } = evidence;
  if (!found || found.sampledPages === 0) return [];
  const parts = regions.map(({ kind }) => ({ kind, bytes: unwrittenHugeBytes(evidence, kind) })).sort((a, b) => b.bytes - a.bytes);
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const [first] = parts;
  if (!first || !isMaterial(evidence, bytes)) return [];
  const { bytes: hugeBytes, advisedBytes, sampledPages, enabled, maxPtesNone } = found;
  const where = first.bytes >= bytes / 2 ? `, most of them in ${nameOf(first.kind)}` : '';
  return [
    {
      code: 'huge-pages',
      severity: 'problem',
      summary: `${formatMiB(hugeBytes)} of ${formatMiB(evidence.rssBytes)} MiB are on transparent huge pages, and ${formatMiB(bytes)} of these hold nothing but zeros, as memory does that was never written${where}. Without huge pages it is not resident.`,
      evidence: {
        bytes,
        hugeBytes,
        advisedBytes,
        sampledPages,
        errorBytes: hugeSampleErrorBytes(found),
        largest: first.kind,
        largestBytes: first.bytes,
        ...(enabled === undefined ? {} : { enabled }),
        ...(maxPtesNone === undefined ? {} : { maxPtesNone }),
      },
      fixes: fewerHugePages(evidence, found),
      predictedBytes: bytes,
    },
  ];
}

/** As it stands in a sentence. */
function nameOf(kind: RegionKind): string {
  return kind === 'unexplained' ? 'memory that some code mapped by itself' : kind;
}
