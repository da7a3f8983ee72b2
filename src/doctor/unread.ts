import type { Evidence } from '../model/doctor.ts';
import type { HeapInspection } from '../model/inspection.ts';
import { describeRead, isNearlyAllRead, mallocRead } from '../stats/malloc-read.ts';
import { mallocRss, zlibRssBytes } from '../stats/process-figures.ts';
import { isLarge, isMaterial } from './rules/thresholds.ts';

/** Whether a rule that found nothing might have, had what is unread of malloc been what it looks for. */
export function mayHideProblem(evidence: Evidence): boolean {
  const { malloc } = evidence;
  const figures = mallocRss(evidence);
  if (!malloc || !figures) return false;
  const { uncertainBytes, missingBytes } = mallocRead(malloc);
  if (uncertainBytes + missingBytes === 0) return false;
  const { trimmableBytes, arenaTopBytes, subPageBytes, tcacheBytes, liveRssBytes } = figures;
  const kept = [trimmableBytes, arenaTopBytes, subPageBytes + tcacheBytes, zlibRssBytes(evidence) ?? 0];
  return (
    kept.some((bytes) => isMaterial(evidence, bytes + uncertainBytes)) ||
    (!isLarge(evidence, liveRssBytes) && isLarge(evidence, liveRssBytes + uncertainBytes + missingBytes))
  );
}

/** Whether so much of malloc is unread that its other figures say little. */
export function isMuchUnread(malloc: HeapInspection): boolean {
  const { rssBytes, uncertainBytes } = mallocRead(malloc);
  return isMaterial({ rssBytes }, uncertainBytes);
}

/** Of a look whose figures are compared with another's: none where it read nearly all. */
export function whatWasRead({ malloc }: Evidence): string[] {
  const read = malloc && !isNearlyAllRead(malloc) ? describeRead(malloc) : undefined;
  return read === undefined ? [] : [`The figures are of what was read: ${read}`];
}
