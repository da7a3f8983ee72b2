import type { Evidence, Finding } from '../../model/doctor.ts';
import { formatMiB, formatSeconds } from '../../model/units.ts';
import { zlibRssBytes } from '../../stats/process-figures.ts';
import { collectNow, endZlibStates } from '../advice.ts';
import { cures } from '../cures.ts';
import { prescribe } from '../prescribe.ts';
import { isMaterial } from './thresholds.ts';

/** Cleaners free within seconds of a collection of the whole heap: what is live after that is held by the program. */
const recentGcMs = 10_000;
/** Fewer Java objects than this part of the census: other code asks malloc for blocks of zlib's sizes. */
const confirmingShare = 0.5;

/** Many zlib states of a JVM that has not collected its whole heap for long. Whether they are unreachable only a GC tells. */
export function waitingForGc(evidence: Evidence): Finding[] {
  const { malloc, jvm } = evidence;
  if (!malloc || !jvm || !isWaitingForGc(evidence)) return [];
  const { inflaters, deflaters, bytes } = malloc.census;
  const zlibBytes = zlibRssBytes(evidence) ?? 0;
  const confirmed = jvm.histogram !== undefined;
  const count = (inflaters + deflaters).toLocaleString('en-US');
  return [
    {
      code: 'waiting-for-gc',
      severity: 'problem',
      summary: `${count} zlib states ${confirmed ? 'of Inflaters and Deflaters ' : ''}hold ${formatMiB(zlibBytes)} of ${formatMiB(evidence.rssBytes)} MiB. Only a GC can free them, and ${sinceWhen(jvm.gc)}.`,
      evidence: {
        bytes: zlibBytes,
        inflaters,
        deflaters,
        allocatedBytes: bytes,
        ...(jvm.histogram ? { inflaterObjects: jvm.histogram.inflaters, deflaterObjects: jvm.histogram.deflaters } : {}),
        ...(jvm.gc?.lastFullAgoMs === undefined ? {} : { lastFullGcAgoMs: jvm.gc.lastFullAgoMs }),
      },
      fixes: [collectNow(evidence), endZlibStates(), ...prescribe(cures.collectRegularly, evidence)],
    },
  ];
}

export function isWaitingForGc(evidence: Evidence): boolean {
  const { malloc, jvm } = evidence;
  if (!malloc || !jvm || !isMaterial(evidence, zlibRssBytes(evidence) ?? 0)) return false;
  const { inflaters, deflaters } = malloc.census;
  const { histogram, gc } = jvm;
  if (histogram && histogram.inflaters + histogram.deflaters < confirmingShare * (inflaters + deflaters)) return false;
  return gc?.lastFullAgoMs === undefined || gc.lastFullAgoMs >= recentGcMs;
}

function sinceWhen(gc: { collections: number; lastFullAgoMs?: number } | undefined): string {
  if (gc === undefined) return 'when the whole heap was last collected is not known';
  if (gc.lastFullAgoMs !== undefined) return `the whole heap was last collected ${formatSeconds(gc.lastFullAgoMs)} ago`;
  return gc.collections === 0 ? 'there has been none' : 'the whole heap has never been collected';
}
