import type { Evidence, Finding } from '../../model/doctor.ts';
import type { Owner } from '../../model/owners.ts';
import { formatCount, formatMiB } from '../../model/units.ts';
import { doomedOwners, lostRssBytes } from '../../stats/owned-blocks.ts';
import { residentPart } from '../../stats/process-figures.ts';
import { likelyLibrary } from '../../stats/unowned.ts';
import { closeObjects, findLeak, showMakers, showOwners } from '../advice.ts';
import { ownedMemory } from './owned-memory.ts';
import { isMaterial } from './thresholds.ts';

/** Blocks in use that nobody will free: nothing points to them any more, or only garbage does that no Cleaner or finalizer watches. */
export function lostBlocks(evidence: Evidence): Finding[] {
  return [...toldLost(evidence), ...toldDoomed(evidence)];
}

function toldLost(evidence: Evidence): Finding[] {
  const bytes = lostBytes(evidence);
  const nobody = evidence.owners?.owners.find(({ kind }) => kind === 'nobody');
  const { unowned } = evidence.owners ?? {};
  if (bytes === 0 || !nobody || !unowned) return [];
  const [size] = unowned.sizes;
  const library = likelyLibrary(unowned.ledTo);
  const whose = library ? ` Most likely they are of ${library.name}, whose addresses some of them hold.` : '';
  const most = size ? ` ${formatCount(size.blocks)} of them have ${formatCount(size.chunkBytes)} bytes.` : '';
  return [
    {
      code: 'lost-blocks',
      severity: 'problem',
      summary: `Nothing points to ${formatCount(nobody.blocks)} blocks of malloc any more, ${formatMiB(bytes)} of ${formatMiB(evidence.rssBytes)} MiB: native code has lost them, and no GC frees them.${most}${whose}`,
      evidence: {
        ...(library ? { library: library.name } : {}),
        ...{ bytes, blocks: nobody.blocks, allocatedBytes: nobody.bytes, firstBlocks: unowned.firstBlocks },
        ...(size ? { blockBytes: size.chunkBytes, blocksOfThat: size.blocks } : {}),
      },
      fixes: [findLeak(evidence), showOwners(evidence)],
    },
  ];
}

/** The largest class of them. */
function toldDoomed(evidence: Evidence): Finding[] {
  const [owner] = toldDoomedOwners(evidence);
  if (!owner) return [];
  const { name, objects = 0, held } = owner;
  const garbage = held?.waitingObjects ?? 0;
  const bytes = residentBytes(evidence, owner);
  return [
    {
      code: 'lost-blocks',
      severity: 'problem',
      summary: `Objects of ${name} have ${formatMiB(bytes)} of ${formatMiB(evidence.rssBytes)} MiB in blocks of malloc. Of ${formatCount(objects)} objects ${formatCount(garbage)} are garbage: nobody has closed them, and no Cleaner or finalizer does. A GC does not free their blocks, but loses them.`,
      evidence: { bytes, blocks: owner.blocks, allocatedBytes: owner.bytes, objects, garbage, owner: name },
      fixes: [closeObjects(name), showMakers(evidence, name), showOwners(evidence)],
    },
  ];
}

/** Owners that this finding tells, and no other. */
export function toldDoomedOwners(evidence: Evidence): Owner[] {
  const others = ownedMemory(evidence)?.owners ?? [];
  return doomedOwners(evidence).filter((owner) => !others.includes(owner) && isMaterial(evidence, residentBytes(evidence, owner)));
}

/** Resident bytes of malloc's blocks that this finding tells. */
export function toldLostBytes(evidence: Evidence): number {
  return toldDoomedOwners(evidence).reduce((sum, owner) => sum + residentBytes(evidence, owner), lostBytes(evidence));
}

function lostBytes(evidence: Evidence): number {
  const bytes = lostRssBytes(evidence);
  return isMaterial(evidence, bytes) ? bytes : 0;
}

function residentBytes(evidence: Evidence, { bytes }: Owner): number {
  return residentPart(evidence, bytes) ?? 0;
}
