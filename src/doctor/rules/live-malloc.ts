import type { Evidence, Finding, Fix } from '../../model/doctor.ts';
import { isSince } from '../../model/jdk-releases.ts';
import { formatMiB, formatPercent } from '../../model/units.ts';
import type { BlockClass } from '../../stats/block-classes.ts';
import { unwrittenHugeBytes } from '../../stats/huge-pages.ts';
import { fateOf } from '../../stats/owned-blocks.ts';
import { mallocRss, rssOf } from '../../stats/process-figures.ts';
import { collectNow, showMakers, showOwners } from '../advice.ts';
import { directMemoryFixes } from '../direct-memory-cures.ts';
import { joinAnd, joinOr } from '../join.ts';
import { isCollectedNow, wasCollectedForThis } from '../last-collection.ts';
import {
  describeClass,
  describeLibraries,
  type JavaMaker,
  javaMakers,
  leadingClasses,
  mayBeJvms,
  nameMakers,
  nativeLibraries,
} from './block-owners.ts';
import { describeOwned, largestOwners } from './owners.ts';
import { stuckCleaner } from './stuck-cleaner.ts';
import { isLarge } from './thresholds.ts';
import { toldMallocBytes, toldOwners } from './told.ts';

/** Live, resident, and not told by a finding of its own. One look cannot tell a leak from a need, so it is a notice. */
export function liveMalloc(evidence: Evidence): Finding[] {
  const liveRssBytes = mallocRss(evidence)?.liveRssBytes ?? evidence.counters?.liveBytes;
  // What is in use waits, or is held: nobody can tell while that thread stands.
  if (liveRssBytes === undefined || stuckCleaner(evidence).some(({ severity }) => severity === 'problem')) return [];
  const otherBytes = liveRssBytes - toldMallocBytes(evidence) - unwrittenLiveBytes(evidence);
  if (!isLarge(evidence, otherBytes)) return [];
  const blocks = evidence.malloc === undefined ? undefined : evidence.malloc.totals.liveChunks + evidence.malloc.mmapped.chunks;
  const leading = leadingClasses(evidence, otherBytes);
  const [first] = leading;
  const makers = possibleMakers(evidence, first, otherBytes);
  const largest = largestOwners(evidence, otherBytes, toldOwners(evidence));
  const owners = largest.length === 0 ? undefined : describeOwned(largest);
  const waits = owners === undefined ? mayWaitForGc(evidence) : largest.some((owner) => fateOf([owner]) === 'waiting');
  const [maker] = largest;
  const made = maker?.kind === 'java' && !maker.name.endsWith('[]') ? [showMakers(evidence, maker.name)] : [];
  const named = owners === undefined ? [...describeOwners(evidence, makers), ...(waits ? [ownedByObjects] : [])] : [owners];
  const told = [...describeSizes(leading, otherBytes), ...named];
  const next = evidence.growth === undefined ? ['A second look (--for=30s) tells whether they grow.'] : [];
  const held = `The program holds ${formatMiB(otherBytes)} of ${formatMiB(evidence.rssBytes)} MiB in blocks of malloc. They are in use, so no setting of malloc gives them back.`;
  return [
    {
      code: 'live-malloc',
      severity: 'notice',
      summary: [held, ...(told.length > 0 ? told : next)].join(' '),
      evidence: {
        ...{ bytes: otherBytes, liveRssBytes },
        ...(blocks === undefined ? {} : { blocks }),
        ...(first ? { blockBytes: first.blockBytes, blocksOfThat: first.blocks, bytesOfThat: first.bytes } : {}),
      },
      // Who asked for the blocks need not be guessed where their owners are known.
      fixes:
        owners === undefined
          ? fixesFor(evidence, otherBytes, makers, waits)
          : [...fixesFor(evidence, otherBytes, [], waits), ...made, showOwners(evidence)],
    },
  ];
}

const ownedByObjects = 'Where Java objects own them, some may wait for a GC: a collection tells.';

/** Objects of a native library often free their blocks by a finalizer or a Cleaner. */
function mayWaitForGc({ jvm, ...evidence }: Evidence): boolean {
  return jvm !== undefined && nativeLibraries(evidence).length > 0 && !wasCollectedForThis(jvm) && !isCollectedNow(jvm);
}

function fixesFor(evidence: Evidence, bytes: number, makers: readonly JavaMaker[], waits: boolean): Fix[] {
  const fixes = directMemoryFixes(evidence, { bytes, makers, isOfThreads: false });
  return waits && !fixes.some(({ kind }) => kind === 'gc') ? [collectNow(evidence), ...fixes] : fixes;
}

/** What explains most of it. */
function describeSizes(leading: readonly BlockClass[], bytes: number): string[] {
  if (leading.length === 0) return [];
  const sum = leading.reduce((all, one) => all + one.bytes, 0);
  return [`${joinAnd(leading.map(describeClass))} are ${formatPercent(Math.min(1, sum / bytes))} of that.`];
}

/** Blocks with a mapping of their own are seldom the JVM's. */
const leastMappedShare = 0.5;

/** Who of the Java code may have asked for them, by one size that leads or by their being large. NMT counts such memory, and another finding tells it. */
function possibleMakers(evidence: Evidence, leading: BlockClass | undefined, bytes: number): JavaMaker[] {
  const mappedBytes = evidence.malloc?.mmapped.rssBytes ?? 0;
  const mayBeJavas = leading ? !mayBeJvms(leading, evidence) : mappedBytes >= leastMappedShare * bytes && mappedBytes <= bytes;
  return mayBeJavas && !evidence.jvm?.directBuffers ? (javaMakers(evidence, leading) ?? []) : [];
}

/** Whose they may be, as far as it is known who is there. */
function describeOwners(evidence: Evidence, makers: readonly JavaMaker[]): string[] {
  const owners = [...nameMakers(makers, evidence), ...describeLibraries(nativeLibraries(evidence)), ...oldCodeTables(evidence)];
  return owners.length === 0 ? [] : [`They may be ${joinOr(owners)}.`];
}

/** JDK 8 copies the maps of objects of each compiled method to a block of malloc (jdk 8: code/codeBlob.cpp, set_oop_maps), and counts them in NMT alone. */
function oldCodeTables(evidence: Evidence): string[] {
  const { jvm } = evidence;
  if (!jvm || jvm.nmt || isSince(jvm.version, ['9']) || !isLarge(evidence, rssOf(evidence, 'code cache'))) return [];
  return ['tables of the JVM’s compiled code'];
}

/** `huge-pages` tells of what nobody has written; free blocks come first in that, which are not live. */
function unwrittenLiveBytes(evidence: Evidence): number {
  const bytes = unwrittenHugeBytes(evidence, 'glibc main', 'glibc arenas', 'glibc mmapped', 'allocator');
  return Math.max(0, bytes - (mallocRss(evidence)?.freeRssBytes ?? 0));
}
