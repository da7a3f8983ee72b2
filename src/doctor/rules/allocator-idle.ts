import { allocatorNamed } from '../../allocators/registry.ts';
import type { AllocatorAnswer } from '../../model/allocator-answer.ts';
import type { Evidence, Finding } from '../../model/doctor.ts';
import { formatMiB } from '../../model/units.ts';
import { heldRssBytes, purgeableBytes, servingAnswer } from '../../stats/allocator-idle.ts';
import { countLive, trimNow } from '../advice.ts';
import { purge } from '../prescribe.ts';
import { isLarge, isMaterial } from './thresholds.ts';

/** RSS of another allocator beyond what is live, when that is known; when it is not, whether its settings let it give anything back. */
export function allocatorIdle(evidence: Evidence): Finding[] {
  const { allocator, counters } = evidence;
  if (!allocatorNamed(allocator.name).purge) return [];
  const heldBytes = heldRssBytes(evidence);
  const answer = servingAnswer(evidence);
  const purgeable = answer && purgeableBytes(answer, heldBytes);
  if (answer && purgeable !== undefined) return answered(evidence, answer, purgeable);
  if (counters) return idle(evidence, heldBytes, counters.liveBytes);
  return isLarge(evidence, heldBytes) ? unknown(evidence, heldBytes) : [];
}

/** By the allocator's own word. */
function answered(evidence: Evidence, { name, figures }: AllocatorAnswer, bytes: number): Finding[] {
  if (!isMaterial(evidence, bytes)) return [];
  const { allocatedBytes } = figures;
  const live = allocatedBytes === undefined ? '' : ` By its own word ${formatMiB(allocatedBytes)} MiB are in use.`;
  return [
    {
      code: 'allocator-idle',
      severity: 'problem',
      summary: `${name} keeps ${formatMiB(bytes)} of ${formatMiB(evidence.rssBytes)} MiB in free pages.${live}`,
      evidence: { bytes, ...(allocatedBytes === undefined ? {} : { liveBytes: allocatedBytes }), allocator: name },
      fixes: [trimNow(evidence), ...purge(evidence.allocator)],
      predictedBytes: bytes,
    },
  ];
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
