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
  if (!evidence.malloc && growth.owners) return tellPointedOwners(evidence, growth.owners);
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

/** Of another allocator than glibc's: by their objects, whose blocks have sizes that nobody knows. */
function tellPointedOwners(evidence: Evidence, owners: readonly OwnerChange[]): GrownOwners {
  const grown = owners.filter(({ change }) => (change.objects ?? 0) > 0).slice(0, mostOwners);
  const [first] = grown;
  if (!first) return { figures: {}, fixes: [] };
  const told = grown.map(({ name, change }) => `${name} by ${formatCount(change.objects ?? 0)} objects`);
  const isMade = !first.name.endsWith('[]');
  return {
    sentence: `Of the classes whose objects hold addresses in its memory, these grew most: ${joinAnd(told)}.`,
    figures: Object.assign({}, ...grown.map(objectsOf)),
    isMade,
    fixes: [...(isMade ? [showMakers(evidence, first.name)] : []), showOwners(evidence)],
  };
}

function objectsOf({ name, change: { objects = 0 } }: OwnerChange, index: number): Finding['evidence'] {
  return { [`owner${index + 1}`]: name, [`owner${index + 1}MoreObjects`]: objects };
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
