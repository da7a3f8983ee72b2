import type { Evidence, Finding } from '../../model/doctor.ts';
import { formatMiB } from '../../model/units.ts';
import { isLarge } from './thresholds.ts';

/** Their capacity, as NMT tells it: a program mostly touches all of it. They are blocks of malloc's, and so no region of RSS by themselves. */
export function directBuffers(evidence: Evidence): Finding[] {
  const direct = evidence.jvm?.directBuffers;
  if (!direct || !isLarge(evidence, direct.capacityBytes)) return [];
  const { count, capacityBytes: bytes } = direct;
  return [
    {
      code: 'direct-buffers',
      severity: 'problem',
      summary: `${formatMiB(bytes)} of ${formatMiB(evidence.rssBytes)} MiB are direct buffers, which live as long as their Java objects do.`,
      evidence: { bytes, count, capacityBytes: bytes },
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
