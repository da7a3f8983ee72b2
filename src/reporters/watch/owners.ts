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

/** What owners are compared by: bytes or, where no sizes are known, distinct addresses of blocks. */
interface Measure {
  of(owner: Pick<Owner, 'blocks' | 'bytes'>): number;
  format(value: number): string;
}

const byBytes: Measure = { of: ({ bytes }) => bytes, format: smallMiB };
const byAddresses: Measure = { of: ({ blocks }) => blocks, format: formatCount };

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
  const measure = look.unsized ? byAddresses : byBytes;
  return [...head, ...rowsOf(look, first, { top: room, measure }).map((row) => drawRow(row, width, measure))];
}

/** In 80 columns one line, whether a look is under way or not. */
function titleOf({ look, first, lookingMs }: OwnersGlance): string {
  const reading = 'reading owners …';
  if (!look) return `owners of malloc’s blocks in use: ${lookingMs === undefined ? '' : `${reading} ${formatSeconds(lookingMs)}`}`;
  const parts = [
    look.unsized
      ? `owners of ${formatCount(look.liveBlocks)} addresses of ${look.unsized.allocator}’s blocks`
      : `owners of ${formatMiB(look.liveBytes)} MiB of malloc`,
    ...(first ? [`growth in ${formatUptime(first.beforeMs)}`] : []),
    ...(lookingMs === undefined ? [`read in ${formatSeconds(look.durationMs)}`] : []),
    `${formatUptime(look.ageMs)} ago`,
    ...(lookingMs === undefined ? [] : [reading]),
  ];
  return parts.join(', ');
}

interface GrownRow extends OwnerRow {
  grown?: number;
}

/** What the others have grown by is what remains of all, so that the column adds up. */
function rowsOf(look: OwnersLook, first: OwnersLook | undefined, { top, measure }: { top: number; measure: Measure }): GrownRow[] {
  const owners = joinByName(look.owners, measure);
  const { rows, listed } = ownerRows({ ...look, owners }, top);
  // What classes own is at a look without the Java heap with others.
  if (!first || (first.whyNoHeap === undefined) !== (look.whyNoHeap === undefined)) return rows;
  const before = new Map(joinByName(first.owners, measure).map((owner) => [ownerKey(owner), measure.of(owner)]));
  // In the order of the rows.
  const named = [...listed, ...owners.filter(({ kind }) => kind === 'nobody')];
  const changes = named.map((owner) => measure.of(owner) - (before.get(ownerKey(owner)) ?? 0));
  const whole = (of: OwnersLook) => measure.of({ blocks: of.liveBlocks, bytes: of.liveBytes });
  const all = whole(look) - whole(first);
  const others = changes.reduce((rest, change) => rest - change, all);
  let next = 0;
  return rows.map((row) => {
    if (row.isSum) return { ...row, grown: all };
    return { ...row, grown: row.ownerKind === undefined ? others : (changes[next++] ?? 0) };
  });
}

/** Files of one name in several folders are one row: from one look to the next nothing would tell which is which. */
function joinByName(owners: readonly Owner[], { of }: Measure): Owner[] {
  const joined = new Map<string, Owner>();
  for (const owner of owners) {
    const { blocks = 0, bytes = 0, directBytes = 0, share = 0 } = joined.get(ownerKey(owner)) ?? {};
    joined.set(ownerKey(owner), {
      ...owner,
      ...{ blocks: blocks + owner.blocks, bytes: bytes + owner.bytes },
      ...{ directBytes: directBytes + owner.directBytes, share: share + owner.share },
    });
  }
  return [...joined.values()].sort((a, b) => of(b) - of(a));
}

function drawRow(row: GrownRow, width: number, { of, format }: Measure): string {
  const { name, kind, objects, share, grown } = row;
  const isWide = width >= wideScreen;
  const count = objects === undefined ? '' : `${formatCount(objects)} object${objects === 1 ? '' : 's'}`;
  const figures = [
    ...(isWide ? [kind.padEnd(kindWidth), count.padStart(objectsWidth)] : []),
    format(of(row)).padStart(sizeWidth),
    formatShare(share, 1).padStart(shareWidth),
    (grown === undefined ? '' : signed(grown, format)).padStart(growthWidth),
  ].join('');
  const nameWidth = Math.max(1, Math.min(widestName, width - figures.length - 2 - leastBarWidth));
  const head = `${fitName(printable(name), nameWidth)} ${figures} `;
  return fitCell(head + bar(share, Math.max(0, width - head.length)), width).trimEnd();
}

/** Both ends of a class's name tell more than its middle. */
function fitName(name: string, width: number): string {
  return fitCell(cliTruncate(name, width, { position: 'middle' }), width);
}
