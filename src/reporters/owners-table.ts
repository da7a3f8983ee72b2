import type { OwnersBaseline } from '../model/owner-growth.ts';
import type { Owner, OwnersResult } from '../model/owners.ts';
import { formatCount, formatPercentDown, formatSmallMiB } from '../model/units.ts';
import { ownerKey } from '../stats/owner-growth.ts';
import { bar } from './bar.ts';
import { type Column, left, right, toTable } from './columns.ts';
import { describeCreations, suggestCreations } from './owner-creations.ts';
import { describeHolders } from './owner-holders.ts';
import { type OwnerRow, ownerRows } from './owner-rows.ts';
import { describeGaps, describeOwner, describeOwners, describeUnowned } from './owner-sentences.ts';
import { describeBaseline, listedChanges, ownerGrowthTable } from './owners-growth.ts';
import type { TerminalOptions } from './render-options.ts';
import { drawTable } from './terminal-table.ts';
import { listUnownedSizes } from './unowned-sizes.ts';
import { wrap } from './wrap.ts';

const barWidth = 20;
const mostDetails = 3;

/** `offheap owners` for a person. `top`: how many owners are listed. With an earlier result: those that changed most. */
export function renderOwnersTable(result: OwnersResult, options: TerminalOptions & { top: number }): string {
  const { baseline } = result;
  const { listed, rows } = ownerRows(result, options.top);
  const shownOwners = baseline ? changedOwners(result, baseline, options.top) : listed;
  const parts = [
    describeOwners(result),
    ...(baseline ? describeBaseline(result, baseline).map((text) => wrap(text, options.width)) : []),
    drawTable(
      baseline ? ownerGrowthTable(result, baseline, options.top) : toTable(result.unsized ? unsizedColumns : ownerColumns, rows),
      options,
    ),
    ...details(shownOwners).map((text) => wrap(text, options.width)),
    ...shownOwners.flatMap((owner) => holdersOf(owner, options)),
    unowned(result, options),
    ...(result.created ? [describeCreations(result.created, result.owners)] : suggestCreations(result, shownOwners)),
    ...describeGaps(result).map((text) => wrap(text, options.width)),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** Those of the table that are still there. */
function changedOwners({ owners }: OwnersResult, baseline: OwnersBaseline, top: number): Owner[] {
  const keys = listedChanges(baseline, top).map(ownerKey);
  return keys.flatMap((key) => owners.find((owner) => owner.kind !== 'nobody' && ownerKey(owner) === key) ?? []);
}

const ownerColumns: Column<OwnerRow>[] = [
  left('owner', ({ name }) => name),
  left('kind', ({ kind }) => kind, 3),
  right('objects', ({ objects }) => (objects === undefined ? '' : formatCount(objects)), 2),
  right('blocks', ({ blocks }) => formatCount(blocks), 1),
  right('itself MiB', ({ directBytes }) => (directBytes === undefined ? '' : formatSmallMiB(directBytes)), 4),
  right('MiB', ({ bytes }) => formatSmallMiB(bytes)),
  right('share', ({ share }) => formatPercentDown(share)),
  left('', ({ share, isSum }) => (isSum ? '' : bar(share, barWidth)), 5),
];

export const unsizedColumns: Column<OwnerRow>[] = [
  left('class', ({ name }) => name),
  right('objects', ({ objects }) => (objects === undefined ? '' : formatCount(objects))),
  right('addresses', ({ blocks }) => formatCount(blocks), 1),
  right('share', ({ share }) => formatPercentDown(share), 2),
  left('', ({ share, isSum }) => (isSum ? '' : bar(share, barWidth)), 3),
];

/** By which field, of which C++ type, with whom it is shared; a paragraph an owner. */
function details(owners: readonly Owner[]): string[] {
  return owners.slice(0, mostDetails).map((owner) => describeOwner(owner).join(' '));
}

function holdersOf(owner: Owner, { width }: TerminalOptions): string[] {
  const { sentence, path } = describeHolders(owner) ?? {};
  return sentence === undefined ? [] : [[wrap(sentence, width), ...(path ?? [])].join('\n')];
}

function unowned(result: OwnersResult, options: TerminalOptions): string {
  const said = describeUnowned(result);
  if (said === undefined) return '';
  const { columns, rows } = listUnownedSizes(result.unowned.sizes);
  return `${wrap(said, options.width)}\n\n${drawTable(toTable(columns, rows), options)}`;
}
