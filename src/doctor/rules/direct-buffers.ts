import type { Evidence, Finding } from '../../model/doctor.ts';
import { formatMiB } from '../../model/units.ts';
import { cures } from '../cures.ts';
import { prescribe } from '../prescribe.ts';
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
      summary: `Direct buffers take ${formatMiB(bytes)} of ${formatMiB(evidence.rssBytes)} MiB. They live as long as their Java objects.`,
      evidence: { bytes, count, capacityBytes: bytes },
      fixes: [
        ...prescribe(cures.boundedDirectMemory, evidence),
        ...prescribe(cures.boundedThreadBuffers, evidence),
        { action: 'In the code: reuse buffers, and release pooled ones (Netty: ResourceLeakDetector).' },
      ],
    },
  ];
}

/** What of malloc's blocks they are, told by this rule or too few for it. */
export function toldDirectBytes({ jvm }: Evidence): number {
  return jvm?.directBuffers?.capacityBytes ?? 0;
}
