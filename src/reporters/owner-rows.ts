import type { Owner, OwnerKind, OwnersEvidence } from '../model/owners.ts';
import { formatCount } from '../model/units.ts';
import { nameOwner, ownerKindNames } from './owner-names.ts';

/** Below it an owner is one of "others", but of those that stand first. */
const leastShare = 0.001;

/** An owner, what several small ones have together, or all. */
export interface OwnerRow {
  name: string;
  kind: string;
  /** Of one owner. */
  ownerKind?: OwnerKind;
  objects?: number | undefined;
  blocks: number;
  directBytes?: number | undefined;
  bytes: number;
  share: number;
  isSum?: true;
}

export type OwnersLook = Pick<OwnersEvidence, 'owners' | 'liveBlocks' | 'liveBytes' | 'unsized'>;

/** The largest, which are `listed`; the others together; nobody; and all blocks. */
export function ownerRows(look: OwnersLook, top: number): { listed: Owner[]; rows: OwnerRow[] } {
  const { owners, liveBlocks, liveBytes } = look;
  const nobody = owners.filter(({ kind }) => kind === 'nobody');
  const listed = owners
    .filter(({ kind }) => kind !== 'nobody')
    .filter(({ share }, index) => index < top && (share >= leastShare || index < 1));
  return {
    listed,
    rows: [
      ...listed.map(toRow),
      ...othersRow(look, [...listed, ...nobody]),
      ...nobody.map(toRow),
      {
        name: look.unsized ? 'all classes' : 'blocks in use',
        kind: '',
        ...{ blocks: liveBlocks, bytes: liveBytes, share: 1, isSum: true },
      },
    ],
  };
}

/** The doctor keeps the largest alone: how many others there are is not known then. */
function othersRow({ owners, liveBlocks, liveBytes, unsized }: OwnersLook, shown: readonly Owner[]): OwnerRow[] {
  const left = (all: number, of: readonly Owner[], figure: 'blocks' | 'bytes') =>
    of.reduce((rest, owner) => rest - owner[figure], all);
  const blocks = left(liveBlocks, shown, 'blocks');
  if (blocks <= 0) return [];
  const bytes = Math.max(0, left(liveBytes, shown, 'bytes'));
  const count = owners.length - shown.length;
  const isWhole = left(liveBlocks, owners, 'blocks') <= 0;
  const name = isWhole ? `${formatCount(count)} other${count === 1 ? '' : 's'}` : 'others';
  return [{ name, kind: '', blocks, bytes, share: unsized ? blocks / liveBlocks : bytes / (liveBytes || 1) }];
}

function toRow(owner: Owner): OwnerRow {
  const { kind, objects, blocks, directBytes, bytes, share } = owner;
  return {
    ...{ name: nameOwner(owner), kind: ownerKindNames[kind], ownerKind: kind, objects, blocks, bytes, share },
    ...(kind === 'nobody' ? {} : { directBytes }),
  };
}
