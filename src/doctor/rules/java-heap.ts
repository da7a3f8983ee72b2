import type { Evidence, Finding } from '../../model/doctor.ts';
import { bytesPerMiB, formatMiB } from '../../model/units.ts';
import { rssOf } from '../../stats/process-figures.ts';
import { javaHeapFixes } from '../java-heap-cures.ts';
import { describeLastCollection } from '../last-collection.ts';

/** Half of RSS: whoever wants a smaller process begins here. A heap below 128 MiB is small in any process. */
const dominantShare = 0.5;
const leastDominantBytes = 128 * bytesPerMiB;

export function javaHeapDominates(evidence: Evidence): Finding[] {
  const bytes = rssOf(evidence, 'java heap');
  if (bytes < leastDominantBytes || bytes < dominantShare * evidence.rssBytes) return [];
  const usedBytes = evidence.jvm?.heap?.usedBytes;
  return [
    {
      code: 'java-heap-dominates',
      severity: 'notice',
      summary: `The Java heap takes ${formatMiB(bytes)} of ${formatMiB(evidence.rssBytes)} MiB. ${describeUse(evidence)}-Xmx and the GC decide that; it is no native memory.`,
      evidence: { bytes, ...(usedBytes === undefined ? {} : { usedBytes }) },
      fixes: javaHeapFixes(evidence),
    },
  ];
}

/** Of what is in use, much may be garbage: only a collection tells. */
function describeUse({ jvm }: Evidence): string {
  if (!jvm?.heap) return '';
  return `At most ${formatMiB(jvm.heap.usedBytes)} MiB are needed: that much is in use, and ${describeLastCollection(jvm)}. `;
}
