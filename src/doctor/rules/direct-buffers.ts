import type { Evidence, Finding } from '../../model/doctor.ts';
import { formatMiB } from '../../model/units.ts';
import { rssOf } from '../../stats/process-figures.ts';
import { isLarge } from './thresholds.ts';

/** Resident, where a region of their own is known; else their capacity, which a program mostly touches. */
export function directBytes(evidence: Evidence): number | undefined {
  return rssOf(evidence, 'direct buffers') || evidence.jvm?.directBuffers?.capacityBytes;
}

export function directBuffers(evidence: Evidence): Finding[] {
  const bytes = directBytes(evidence);
  if (bytes === undefined || !isLarge(evidence, bytes)) return [];
  const { count, capacityBytes } = evidence.jvm?.directBuffers ?? {};
  return [
    {
      code: 'direct-buffers',
      severity: 'problem',
      summary: `${formatMiB(bytes)} of ${formatMiB(evidence.rssBytes)} MiB are direct buffers, which live as long as their Java objects do.`,
      evidence: { bytes, ...(count === undefined ? {} : { count }), ...(capacityBytes === undefined ? {} : { capacityBytes }) },
      fixes: [
        {
          action: 'Bound them: a collection is forced before the bound is passed. It is as large as the heap by default.',
          jvmFlags: ['-XX:MaxDirectMemorySize=256m'],
        },
        {
          action: 'Bound the buffers that each thread keeps for reading and writing heap buffers through channels.',
          jvmFlags: ['-Djdk.nio.maxCachedBufferSize=262144'],
        },
        { action: 'In the code: reuse buffers, and release pooled ones (Netty: ResourceLeakDetector).' },
      ],
    },
  ];
}
