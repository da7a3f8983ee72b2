import type { Evidence, Finding, Fix } from '../../model/doctor.ts';
import { formatMiB } from '../../model/units.ts';
import { freeSizesDiffer } from '../../stats/block-classes.ts';
import { mallocRss } from '../../stats/process-figures.ts';
import { cutNow, trimNow } from '../advice.ts';
import { cures } from '../cures.ts';
import { otherAllocator, prescribe } from '../prescribe.ts';
import { isCompilerAtWork } from './jvm-malloc.ts';
import { isMaterial } from './thresholds.ts';

/**
 * Above what any host of up to four cores can have by default is 32, and a JVM with a dozen busy threads on a small container stays at 16;
 * more than this means that each thread has kept a heap for itself.
 */
const manyArenas = 24;

export function retainedPages(evidence: Evidence): Finding[] {
  const figures = mallocRss(evidence);
  if (!figures || !isMaterial(evidence, figures.trimmableBytes)) return [];
  const { trimmableBytes, liveRssBytes } = figures;
  const isAtWork = isCompilerAtWork(evidence);
  return [
    {
      code: 'retained-pages',
      severity: isAtWork ? 'notice' : 'problem',
      summary: `glibc keeps ${formatMiB(trimmableBytes)} of ${formatMiB(evidence.rssBytes)} MiB as free memory in whole pages. A trim gives it back${isAtWork ? ', but the JIT compiler is at work, and may ask for it again' : ''}.`,
      evidence: {
        bytes: trimmableBytes,
        pageBytes: evidence.malloc?.totals.residentFree.pageBytes ?? 0,
        mainTopBytes: evidence.malloc?.totals.residentFree.mainTopBytes ?? 0,
        liveRssBytes,
      },
      fixes: [trimNow(evidence), ...prescribe(cures.trimRegularly, evidence), ...prescribe(cures.fewerArenas, evidence)],
      predictedBytes: trimmableBytes,
    },
  ];
}

export function retainedArenaTops(evidence: Evidence): Finding[] {
  const figures = mallocRss(evidence);
  if (!figures || !isMaterial(evidence, figures.arenaTopBytes)) return [];
  const arenas = (evidence.malloc?.arenas ?? []).filter(({ isMain }) => !isMain);
  const restarted = prescribe(cures.fixedTrimThreshold, evidence);
  const largestBytes = arenas.reduce((largest, { residentFree }) => Math.max(largest, residentFree.arenaTopBytes), 0);
  return [
    {
      code: 'retained-arena-tops',
      severity: 'problem',
      summary: `glibc keeps ${formatMiB(figures.arenaTopBytes)} of ${formatMiB(evidence.rssBytes)} MiB as free memory at the tops of ${arenas.length} arenas. malloc_trim does not look there.`,
      evidence: { bytes: figures.arenaTopBytes, arenas: arenas.length, largestBytes },
      // Where a threshold is in force that somebody has set, it is for him to lower it.
      fixes: [...(restarted.length > 0 ? cutNow(evidence) : []), ...restarted, ...prescribe(cures.fewerArenas, evidence)],
    },
  ];
}

/** Blocks in tcaches are free to the program alone: a trim leaves them as it leaves pieces of pages. */
export function retainedSubPage(evidence: Evidence): Finding[] {
  const figures = mallocRss(evidence);
  if (!figures) return [];
  const { subPageBytes, tcacheBytes, liveRssBytes } = figures;
  const bytes = subPageBytes + tcacheBytes;
  if (!isMaterial(evidence, bytes)) return [];
  const cached = isMaterial(evidence, tcacheBytes) ? ` Of these, ${formatMiB(tcacheBytes)} MiB are in tcaches.` : '';
  return [
    {
      code: 'retained-sub-page',
      severity: 'problem',
      summary: `glibc keeps ${formatMiB(bytes)} of ${formatMiB(evidence.rssBytes)} MiB free in pieces of pages. Live blocks pin those pages, so no trim gives them back.${cached}`,
      evidence: { bytes, tcacheBytes, liveRssBytes, freeChunks: evidence.malloc?.totals.freeChunks ?? 0 },
      fixes: [
        { action: 'In the code: allocate what lives long before, or apart from, what lives shortly.' },
        ...bySizeClasses(evidence),
      ],
    },
  ];
}

/**
 * An allocator with size classes has pages for each size: those of a size of which nothing lives are free as a whole. Where what is free was of the size that
 * lives, blocks of that size pin its pages under any allocator.
 */
function bySizeClasses({ malloc }: Evidence): Fix[] {
  if (malloc && freeSizesDiffer(malloc)) return otherAllocator();
  const action =
    'No other allocator is advised: what was freed seems to have been as large as what lives, and then blocks that live pin its pages under any.';
  return malloc?.sizes ? [{ action }] : [];
}

/** Each arena keeps its own free memory, which threads of the others cannot use. */
export function tooManyArenas(evidence: Evidence): Finding[] {
  const arenas = (evidence.malloc?.arenas ?? []).filter(({ isMain }) => !isMain);
  const keptBytes = arenas.reduce((sum, { residentFree: { pageBytes, arenaTopBytes, subPageBytes } }) => {
    return sum + pageBytes + arenaTopBytes + subPageBytes;
  }, 0);
  if (arenas.length < manyArenas || !isMaterial(evidence, keptBytes)) return [];
  return [
    {
      code: 'too-many-arenas',
      severity: 'problem',
      summary: `glibc made ${arenas.length} arenas beside the main one. They keep ${formatMiB(keptBytes)} MiB of free memory, which they cannot lend each other.`,
      evidence: { bytes: keptBytes, arenas: arenas.length, threads: evidence.threads },
      fixes: prescribe(cures.fewerArenas, evidence),
    },
  ];
}
