import type { OwnerChange, OwnersBaseline } from '../model/owner-growth.ts';
import type { Owner, OwnersResult } from '../model/owners.ts';
import { formatCount, formatMiB, formatSmallMiB, formatUptime } from '../model/units.ts';
import { leastShownBytes } from '../stats/growth-rows.ts';
import { ownerKey } from '../stats/owner-growth.ts';
import { leastRateMs, perMinute } from '../stats/steady-growth.ts';
import { type Column, left, notMeasured, right, type TextTable, toTable } from './columns.ts';
import { nameOwner, nameProgram, ownerKindNames } from './owner-names.ts';
import { signed } from './signed.ts';

type Owned = NonNullable<OwnerChange['after']>;

export interface OwnerGrowthRow extends Pick<OwnerChange, 'before' | 'after' | 'change'> {
  name: string;
  kind: string;
}

/** With what the result is compared, when that was, and what makes the two unlike. */
export function describeBaseline(result: OwnersResult, baseline: OwnersBaseline): string[] {
  const { isSameProcess, intervalMs, liveBlocks, liveBytes, rssBytes, whyNoHeap } = baseline;
  const apart = `${formatUptime(Math.abs(intervalMs))} ${intervalMs < 0 ? 'later' : 'earlier'}`;
  const whose = isSameProcess ? `a look at this process ${apart}` : `${describeOther(result, baseline)}, looked at ${apart}`;
  const blocks = baseline.isUnsized
    ? `classes held ${formatCount(liveBlocks)} addresses there`
    : `${formatCount(liveBlocks)} blocks had ${formatMiB(liveBytes)} MiB there`;
  const then = `${blocks}, and RSS was ${formatMiB(rssBytes)} MiB.`;
  const differs = isSameProcess ? '' : ' So the changes are differences between two processes, and no growth by the minute.';
  const isUnlike = (whyNoHeap === undefined) !== (result.whyNoHeap === undefined);
  const areUnlike = (result.unsized === undefined) !== (baseline.isUnsized === undefined);
  return [
    `Compared with ${whose}: ${then}${differs}`,
    ...(isUnlike
      ? [
          `The Java heap was read at the ${whyNoHeap === undefined ? 'earlier' : 'later'} look alone. What classes own is at the other one with libraries, threads or nobody.`,
        ]
      : []),
    ...(areUnlike ? ['Another allocator served one of the two, whose blocks have no sizes: only counts can be compared.'] : []),
  ];
}

function describeOther({ pid, command }: OwnersResult, baseline: OwnersBaseline): string {
  const isSameCommand = command.join(' ') === baseline.command.join(' ');
  const of = `of ${isSameCommand ? 'the same' : 'another'} command`;
  const name = nameProgram(baseline.command);
  return baseline.pid === pid
    ? `another process that had this pid (${name}, ${of})`
    : `another process, ${baseline.pid} (${name}, ${of})`;
}

/** What changed most; the others together, so that each column adds up; and all blocks. */
export function ownerGrowthRows({ owners, ...after }: OwnersResult, baseline: OwnersBaseline, top: number): OwnerGrowthRow[] {
  const listed = listedChanges(baseline, top);
  const all: OwnerGrowthRow = {
    ...{ name: 'blocks in use', kind: '' },
    ...between({ blocks: baseline.liveBlocks, bytes: baseline.liveBytes }, { blocks: after.liveBlocks, bytes: after.liveBytes }),
  };
  const rest = baseline.owners.length - listed.length;
  const known = new Map(owners.map((owner) => [ownerKey(owner), owner]));
  const toRow = ({ kind, name, ...figures }: OwnerChange): OwnerGrowthRow => {
    const { threads, loaders } = known.get(ownerKey({ kind, name })) ?? {};
    return { ...figures, name: nameOwner({ kind, name, threads, loaders } as Owner), kind: ownerKindNames[kind] };
  };
  return [
    ...listed.map(toRow),
    ...(rest > 0
      ? [
          {
            ...{ name: `${formatCount(rest)} other${rest === 1 ? '' : 's'}`, kind: '' },
            ...between(remaining(all.before, listed, 'before'), remaining(all.after, listed, 'after')),
          },
        ]
      : []),
    all,
  ];
}

/** Those whose change can be seen in the table, and the first in any case. */
export function listedChanges({ owners, isUnsized }: OwnersBaseline, top: number): OwnerChange[] {
  const isSeen = ({ change }: OwnerChange) => (isUnsized ? change.blocks !== 0 : Math.abs(change.bytes) >= leastShownBytes);
  return owners.slice(0, top).filter((change, index) => index === 0 || isSeen(change));
}

function remaining(all: Owned | undefined, listed: readonly OwnerChange[], when: 'before' | 'after'): Owned {
  const sum = (figure: 'blocks' | 'bytes') => listed.reduce((total, change) => total + (change[when]?.[figure] ?? 0), 0);
  return { blocks: (all?.blocks ?? 0) - sum('blocks'), bytes: (all?.bytes ?? 0) - sum('bytes') };
}

function between(before: Owned, after: Owned): Pick<OwnerChange, 'before' | 'after' | 'change'> {
  return { before, after, change: { blocks: after.blocks - before.blocks, bytes: after.bytes - before.bytes } };
}

/** Where no sizes are known, at one look or at both. */
const countColumns: Column<OwnerGrowthRow>[] = [
  left('owner', ({ name }) => name),
  right('objects', ({ after }) => (after?.objects === undefined ? '' : formatCount(after.objects)), 2),
  right('more objects', ({ change }) => (change.objects === undefined ? '' : signed(change.objects, formatCount))),
  right('blocks', ({ after }) => (after ? formatCount(after.blocks) : notMeasured), 3),
  right('more blocks', ({ change }) => signed(change.blocks, formatCount), 1),
];

/** Whether what changed in that time is told by the minute: of two processes it is no growth, and of a moment no rate. */
export function hasRate({ isSameProcess, intervalMs }: OwnersBaseline): boolean {
  return isSameProcess && intervalMs >= leastRateMs;
}

export function ownerGrowthTable(result: OwnersResult, baseline: OwnersBaseline, top: number): TextTable {
  return toTable(ownerGrowthColumns(result, baseline), ownerGrowthRows(result, baseline, top));
}

export function ownerGrowthColumns({ unsized }: OwnersResult, baseline: OwnersBaseline): Column<OwnerGrowthRow>[] {
  const { intervalMs } = baseline;
  if (unsized || baseline.isUnsized) return countColumns;
  return [
    left('owner', ({ name }) => name),
    left('kind', ({ kind }) => kind, 7),
    right('objects', ({ after }) => (after?.objects === undefined ? '' : formatCount(after.objects)), 6),
    right('more objects', ({ change }) => (change.objects === undefined ? '' : signed(change.objects, formatCount)), 3),
    right('blocks', ({ after }) => (after ? formatCount(after.blocks) : notMeasured), 5),
    right('more blocks', ({ change }) => signed(change.blocks, formatCount), 2),
    right('before MiB', ({ before }) => (before ? formatSmallMiB(before.bytes) : notMeasured), 1),
    right('MiB', ({ after }) => (after ? formatSmallMiB(after.bytes) : notMeasured)),
    right('more MiB', ({ change }) => signed(change.bytes, formatSmallMiB)),
    ...(hasRate(baseline)
      ? [right('a minute', ({ change }: OwnerGrowthRow) => signed(perMinute(change.bytes, intervalMs), formatSmallMiB), 4)]
      : []),
  ];
}
