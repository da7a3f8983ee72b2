import cliTruncate from 'cli-truncate';
import type { Owner } from '../../model/owners.ts';
import { printable } from '../../model/printable.ts';
import { formatCount, formatMiB, formatSeconds, formatShare, formatUptime } from '../../model/units.ts';
import type { OwnersGlance, OwnersLook } from '../../model/watch.ts';
import { ownerKey } from '../../stats/owner-growth.ts';
import { bar } from '../bar.ts';
import { type OwnerRow, ownerRows } from '../owner-rows.ts';
import type { Paint } from '../paint.ts';
import { signed } from '../signed.ts';
import { smallMiB } from './figures.ts';
import { fitCell, type Screen, wrapWhole } from './screen.ts';

/** From here on there is room for what kind an owner is of, and for its objects. */
const wideScreen = 100;
const widestName = 64;
const kindWidth = 12;
const objectsWidth = 20;
const sizeWidth = 10;
const shareWidth = 7;
const growthWidth = 12;
const leastBarWidth = 8;
/** Beside the owners: the others, nobody, and all. */
const sumRows = 3;

type Body = Pick<Screen, 'width' | 'height'>;

/** Who owns the blocks of malloc, the largest first, with what they have grown by since owners are shown. */
export function ownersLines(owners: OwnersGlance, { width, height }: Body, paint: Paint): string[] {
  const { look, first, problem } = owners;
  const head = [
    ...wrapWhole(titleOf(owners), width).map((line) => paint('bold', line)),
    ...(problem === undefined ? [] : wrapWhole(printable(problem), width).map((line) => paint('red', line))),
    ...(look?.whyNoHeap === undefined ? [] : wrapWhole(`No Java heap was read: ${printable(look.whyNoHeap)}.`, width)),
  ];
  if (!look) return head;
  const room = Math.max(1, height - head.length - sumRows);
  return [...head, ...rowsOf(look, first, room).map((row) => drawRow(row, width))];
}

/** In 80 columns one line, whether a look is under way or not. */
function titleOf({ look, first, lookingMs }: OwnersGlance): string {
  const reading = 'reading owners …';
  if (!look) return `owners of malloc’s blocks in use: ${lookingMs === undefined ? '' : `${reading} ${formatSeconds(lookingMs)}`}`;
  const parts = [
    `owners of ${formatMiB(look.liveBytes)} MiB of malloc`,
    ...(first ? [`growth in ${formatUptime(first.beforeMs)}`] : []),
    ...(lookingMs === undefined ? [`read in ${formatSeconds(look.durationMs)}`] : []),
    `${formatUptime(look.ageMs)} ago`,
    ...(lookingMs === undefined ? [] : [reading]),
  ];
  return parts.join(', ');
}

interface GrownRow extends OwnerRow {
  grownBytes?: number;
}

/** What the others have grown by is what remains of all, so that the column adds up. */
function rowsOf(look: OwnersLook, first: OwnersLook | undefined, top: number): GrownRow[] {
  const owners = joinByName(look.owners);
  const { rows, listed } = ownerRows({ ...look, owners }, top);
  // What classes own is at a look without the Java heap with others.
  if (!first || (first.whyNoHeap === undefined) !== (look.whyNoHeap === undefined)) return rows;
  const before = new Map(joinByName(first.owners).map((owner) => [ownerKey(owner), owner.bytes]));
  // In the order of the rows.
  const named = [...listed, ...owners.filter(({ kind }) => kind === 'nobody')];
  const grown = named.map((owner) => owner.bytes - (before.get(ownerKey(owner)) ?? 0));
  const allBytes = look.liveBytes - first.liveBytes;
  const othersBytes = grown.reduce((rest, bytes) => rest - bytes, allBytes);
  let next = 0;
  return rows.map((row) => {
    if (row.isSum) return { ...row, grownBytes: allBytes };
    return { ...row, grownBytes: row.ownerKind === undefined ? othersBytes : (grown[next++] ?? 0) };
  });
}

/** Files of one name in several folders are one row: from one look to the next nothing would tell which is which. */
function joinByName(owners: readonly Owner[]): Owner[] {
  const joined = new Map<string, Owner>();
  for (const owner of owners) {
    const { blocks = 0, bytes = 0, directBytes = 0, share = 0 } = joined.get(ownerKey(owner)) ?? {};
    joined.set(ownerKey(owner), {
      ...owner,
      ...{ blocks: blocks + owner.blocks, bytes: bytes + owner.bytes },
      ...{ directBytes: directBytes + owner.directBytes, share: share + owner.share },
    });
  }
  return [...joined.values()].sort((a, b) => b.bytes - a.bytes);
}

function drawRow({ name, kind, objects, bytes, share, grownBytes }: GrownRow, width: number): string {
  const isWide = width >= wideScreen;
  const count = objects === undefined ? '' : `${formatCount(objects)} object${objects === 1 ? '' : 's'}`;
  const figures = [
    ...(isWide ? [kind.padEnd(kindWidth), count.padStart(objectsWidth)] : []),
    smallMiB(bytes).padStart(sizeWidth),
    formatShare(share, 1).padStart(shareWidth),
    (grownBytes === undefined ? '' : signed(grownBytes, smallMiB)).padStart(growthWidth),
  ].join('');
  const nameWidth = Math.max(1, Math.min(widestName, width - figures.length - 2 - leastBarWidth));
  const head = `${fitName(printable(name), nameWidth)} ${figures} `;
  return fitCell(head + bar(share, Math.max(0, width - head.length)), width).trimEnd();
}

/** Both ends of a class's name tell more than its middle. */
function fitName(name: string, width: number): string {
  return fitCell(cliTruncate(name, width, { position: 'middle' }), width);
}
