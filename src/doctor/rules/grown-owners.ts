import type { Evidence, Finding, Fix, GrowthEvidence } from '../../model/doctor.ts';
import type { OwnerChange } from '../../model/owner-growth.ts';
import type { Owner } from '../../model/owners.ts';
import { formatCount, formatSmallMiB } from '../../model/units.ts';
import { fateOf } from '../../stats/owned-blocks.ts';
import { ownerKey } from '../../stats/owner-growth.ts';
import { showMakers, showOwners } from '../advice.ts';
import { joinAnd } from '../join.ts';
import { describeOwned, describeRoot, largestOwners, nameOwner } from './owners.ts';

const mostOwners = 3;
/** Of the growth, an owner that has less of it explains nothing. */
const tellingShare = 0.05;

export interface GrownOwners {
  /** Undefined where nobody looked for owners. */
  sentence?: string;
  figures: Finding['evidence'];
  /** A Java class grew most: who makes its objects says more than who asks malloc. */
  isMade?: boolean;
  fixes: Fix[];
}

/** Which owners of blocks grew between two looks; where it was looked for them at the last alone, which have most. */
export function tellGrownOwners(evidence: Evidence, growth: GrowthEvidence, grownBytes: number): GrownOwners {
  const grown = (growth.owners ?? []).filter(({ change }) => change.bytes >= tellingShare * grownBytes).slice(0, mostOwners);
  if (grown.length > 0) {
    const [first] = grown;
    const isMade = first?.kind === 'java' && !first.name.endsWith('[]');
    return {
      sentence: `The owners that grew most: ${joinAnd(grown.map((change) => describeChange(change, evidence)))}.`,
      figures: Object.assign({}, ...grown.map(figuresOf)),
      isMade,
      fixes: [...(isMade ? [showMakers(evidence, first.name)] : []), showOwners(evidence)],
    };
  }
  const largest = growth.owners === undefined ? largestOwners(evidence, evidence.owners?.liveBytes ?? 0, []) : [];
  if (largest.length === 0) return { figures: {}, fixes: [] };
  return { sentence: describeOwned(largest), figures: {}, fixes: [showOwners(evidence)] };
}

/** `app.Native by 60 MiB (300 more objects, held by the static field app.Cache.MAP)`. */
function describeChange(change: OwnerChange, { owners }: Evidence): string {
  const owner = owners?.owners.find((candidate) => ownerKey(candidate) === ownerKey(change));
  const { bytes, objects = 0 } = change.change;
  const details = [...(objects > 0 ? [`${formatCount(objects)} more objects`] : []), ...(owner ? describeFate(owner) : [])];
  return `${nameOf(change, owner)} by ${formatSmallMiB(bytes)} MiB${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
}

function describeFate(owner: Owner): string[] {
  const { objects = 0, held } = owner;
  const waiting = `${formatCount(held?.waitingObjects ?? 0)} of all ${formatCount(objects)} are garbage`;
  const fate = fateOf([owner]);
  if (fate === 'waiting') return [`${waiting} that waits for a GC`];
  if (fate === 'doomed') return [`${waiting} whose blocks nothing frees`];
  const root = describeRoot(owner);
  return root === undefined ? [] : [`held ${root}`];
}

function nameOf({ kind, name }: OwnerChange, owner: Owner | undefined): string {
  return kind === 'nobody' ? 'blocks to which nothing points any more' : nameOwner(owner ?? { kind, name });
}

function figuresOf({ name, change: { bytes, objects } }: OwnerChange, index: number): Finding['evidence'] {
  const owner = `owner${index + 1}`;
  return {
    [owner]: name,
    [`${owner}GrownBytes`]: bytes,
    ...(objects === undefined ? {} : { [`${owner}MoreObjects`]: objects }),
  };
}
