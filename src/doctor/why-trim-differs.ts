import type { AppliedFix, Evidence } from '../model/doctor.ts';
import { bytesPerMiB, formatMiB } from '../model/units.ts';
import { mallocRss } from '../stats/process-figures.ts';
import { whatWasRead } from './unread.ts';

/** A prediction that is off by less was right: it is what a running JVM allocates meanwhile. */
const toleratedError = 0.03;
export const tellingBytes = 8 * bytesPerMiB;
/** Of what is to be explained. Less than that explains too little of it. */
const explainingShare = 0.5;

/** What a trim was said to give back, and what it did. */
type Prediction = AppliedFix & Required<Pick<AppliedFix, 'predictedBytes' | 'errorShare'>>;

/** The two looks, one on each side of the trim. */
export interface TrimLooks {
  before: Evidence;
  after: Evidence;
  /** Pages that the process took between them. */
  faultedBytes: number;
}

/** What is still retained, and what made the prediction differ. The program is named only where something shows that it was the program. */
export function whyTrimDiffers(fix: Prediction, looks: TrimLooks): string[] {
  const left = mallocRss(looks.after);
  if (!left) return [];
  const { arenaTopBytes, subPageBytes } = left;
  return [
    ...(arenaTopBytes >= tellingBytes
      ? [`${formatMiB(arenaTopBytes)} MiB stay free at the tops of arenas. malloc_trim does not cut there.`]
      : []),
    ...(subPageBytes >= tellingBytes ? [`${formatMiB(subPageBytes)} MiB stay free in pages that live blocks pin.`] : []),
    ...(Math.abs(fix.errorShare) > toleratedError ? whyDiffers(fix, looks) : []),
  ];
}

function whyDiffers({ errorShare, predictedBytes, actualBytes }: Prediction, looks: TrimLooks): string[] {
  const differenceBytes = Math.abs(predictedBytes - actualBytes);
  const way = errorShare > 0 ? 'less' : 'more';
  const movedBytes = errorShare > 0 ? takenBytes(looks) : freedBytes(looks);
  const difference = `${formatMiB(differenceBytes)} MiB ${way} than predicted`;
  if (movedBytes >= explainingShare * differenceBytes) {
    const what = errorShare > 0 ? 'took' : 'freed';
    return [`${difference}: the program ${what} ${formatMiB(movedBytes)} MiB meanwhile.`];
  }
  return [
    `${difference}: the prediction was off by ${(100 * Math.abs(errorShare)).toFixed(1)} % of RSS. The program ${errorShare > 0 ? 'took' : 'freed'} too little meanwhile to explain it.`,
    ...whatWasRead(looks.before),
  ];
}

/** Each page that it takes costs a fault; a huge page costs one for all of it, and the blocks on it are seen. */
function takenBytes({ before, after, faultedBytes }: TrimLooks): number {
  return Math.max(faultedBytes, inUse(after) - inUse(before));
}

function freedBytes({ before, after }: TrimLooks): number {
  return inUse(before) - inUse(after);
}

function inUse(evidence: Evidence): number {
  return mallocRss(evidence)?.liveRssBytes ?? 0;
}
