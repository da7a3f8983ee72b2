import type { Evidence, Finding } from '../../model/doctor.ts';
import { formatMiB } from '../../model/units.ts';
import { cures } from '../cures.ts';
import { prescribe } from '../prescribe.ts';
import { unreclaimableBytes } from './other-regions.ts';

/** A tenth is what a burst, or a fork, takes at once. */
const nearShare = 0.9;

/**
 * The kernel first drops page cache, so what counts is memory that it cannot take back. The use of the whole group, cache included, being
 * near the limit is normal; it is a problem when this process alone is.
 */
export function nearLimit(evidence: Evidence): Finding[] {
  const { limitBytes, usageBytes } = evidence.cgroup ?? {};
  if (limitBytes === undefined || limitBytes <= 0) return [];
  const bytes = unreclaimableBytes(evidence);
  if (bytes < nearShare * limitBytes) return [];
  return [
    {
      code: 'near-limit',
      severity: 'problem',
      summary: `The process has ${formatMiB(bytes)} MiB that the kernel cannot take back, and its limit is ${formatMiB(limitBytes)} MiB. The next burst ends in an OOM kill.`,
      evidence: { bytes, limitBytes, ...(usageBytes === undefined ? {} : { usageBytes }) },
      fixes: [
        { action: 'Give back what the other findings name, or raise the limit of the container.' },
        ...prescribe(cures.roomBesideHeap, evidence),
      ],
    },
  ];
}
