import type { Evidence, Finding } from '../../model/doctor.ts';
import { bytesPerMiB, formatMiB } from '../../model/units.ts';
import { rssOf } from '../../stats/process-figures.ts';
import { repeatedHeapBytes } from '../../stats/rss-account.ts';
import { javaHeapFixes } from '../java-heap-cures.ts';
import { describeLastCollection } from '../last-collection.ts';
import { isLarge } from './thresholds.ts';

/** Half of RSS: whoever wants a smaller process begins here. A heap below 128 MiB is small in any process. */
const dominantShare = 0.5;
const leastDominantBytes = 128 * bytesPerMiB;

export function javaHeapDominates(evidence: Evidence): Finding[] {
  const countedBytes = rssOf(evidence, 'java heap');
  const repeatedBytes = repeatedHeapBytes(evidence);
  const bytes = countedBytes - repeatedBytes;
  if (bytes < leastDominantBytes || bytes < dominantShare * (evidence.rssBytes - repeatedBytes)) return [];
  const usedBytes = evidence.jvm?.heap?.usedBytes;
  const ofRss = `${formatMiB(countedBytes)} of ${formatMiB(evidence.rssBytes)} MiB`;
  const size = repeatedBytes > 0 ? `${formatMiB(bytes)} MiB. It is mapped more than once, so RSS counts it as ${ofRss}` : ofRss;
  return [
    {
      code: 'java-heap-dominates',
      severity: 'notice',
      summary: `The Java heap takes ${size}. ${describeUse(evidence)}-Xmx and the GC decide that; it is no native memory.`,
      evidence: { bytes, ...(usedBytes === undefined ? {} : { usedBytes }) },
      fixes: javaHeapFixes(evidence),
    },
  ];
}

/** ZGC of JDK 22 and before maps its heap at three addresses: each page that it has used counts for up to three. */
export function heapCountedAgain(evidence: Evidence): Finding[] {
  const bytes = repeatedHeapBytes(evidence);
  // The other finding says it as well.
  if (!isLarge(evidence, bytes) || javaHeapDominates(evidence).length > 0) return [];
  const realBytes = evidence.rssBytes - bytes;
  return [
    {
      code: 'heap-counted-again',
      severity: 'notice',
      summary: `RSS counts the Java heap more than once, since it is mapped more than once: of ${formatMiB(evidence.rssBytes)} MiB, ${formatMiB(bytes)} are not there. A memory limit counts each page once.`,
      evidence: { bytes, realBytes },
      fixes: [
        {
          action: 'Judge the process by its share of pages (Pss), and not by its RSS.',
          command: `grep ^Pss: /proc/${evidence.pid}/smaps_rollup`,
        },
      ],
    },
  ];
}

/** Of what is in use, much may be garbage: only a collection tells. */
function describeUse({ jvm }: Evidence): string {
  if (!jvm?.heap) return '';
  return `At most ${formatMiB(jvm.heap.usedBytes)} MiB are needed: that much is in use, and ${describeLastCollection(jvm)}. `;
}
