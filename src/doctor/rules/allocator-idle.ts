import { allocatorNamed } from '../../allocators/registry.ts';
import type { Evidence, Finding } from '../../model/doctor.ts';
import { formatMiB } from '../../model/units.ts';
import { rssOf } from '../../stats/process-figures.ts';
import { countLive } from '../advice.ts';
import { purge } from '../prescribe.ts';
import { isLarge, isMaterial } from './thresholds.ts';

/** RSS of another allocator beyond what is live, when that is known; when it is not, whether its settings let it give anything back. */
export function allocatorIdle(evidence: Evidence): Finding[] {
  const { allocator, counters } = evidence;
  if (!allocatorNamed(allocator.name).purge) return [];
  const heldBytes = rssOf(evidence, 'allocator', 'unexplained');
  if (counters) return idle(evidence, heldBytes, counters.liveBytes);
  return isLarge(evidence, heldBytes) ? unknown(evidence, heldBytes) : [];
}

/** Live blocks need not be resident, so the difference is the least that is idle. */
function idle(evidence: Evidence, heldBytes: number, liveBytes: number): Finding[] {
  const { allocator } = evidence;
  const idleBytes = heldBytes - liveBytes;
  if (!isMaterial(evidence, idleBytes)) return [];
  return [
    {
      code: 'allocator-idle',
      severity: 'problem',
      summary: `${allocator.name} keeps ${formatMiB(idleBytes)} of ${formatMiB(evidence.rssBytes)} MiB that nobody uses. It holds ${formatMiB(heldBytes)} MiB for ${formatMiB(liveBytes)} MiB of live blocks.`,
      evidence: { bytes: idleBytes, heldBytes, liveBytes, allocator: allocator.name },
      fixes: purge(allocator),
    },
  ];
}

function unknown(evidence: Evidence, heldBytes: number): Finding[] {
  const { allocator } = evidence;
  const fixes = purge(allocator);
  if (fixes.length === 0) return [];
  return [
    {
      code: 'allocator-idle',
      severity: 'notice',
      summary: `${allocator.name} holds ${formatMiB(heldBytes)} of ${formatMiB(evidence.rssBytes)} MiB. With its settings it gives little back when idle. Nobody counts how much of it is live.`,
      evidence: { bytes: heldBytes, allocator: allocator.name },
      fixes: [countLive(evidence), ...fixes],
    },
  ];
}
