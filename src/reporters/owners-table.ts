import type { OwnersBaseline } from '../model/owner-growth.ts';
import type { Owner, OwnerCategory, OwnersResult, UnownedSize } from '../model/owners.ts';
import { formatCount, formatMiB, formatPercentDown, formatSmallMiB } from '../model/units.ts';
import { ownerKey } from '../stats/owner-growth.ts';
import { areUnownedLost } from '../stats/unowned.ts';
import { bar } from './bar.ts';
import { type Column, left, right, shown, toTable } from './columns.ts';
import { describeCreations, suggestCreations } from './owner-creations.ts';
import { describeHolders } from './owner-holders.ts';
import { nameOwner, nameProgram, ownerKindNames } from './owner-names.ts';
import { describeBaseline, listedChanges, ownerGrowthTable } from './owners-growth.ts';
import type { TerminalOptions } from './render-options.ts';
import { drawTable } from './terminal-table.ts';
import { wrap } from './wrap.ts';

const barWidth = 20;
/** Below it an owner is one of "others", but of those that stand first. */
const leastShare = 0.001;
const mostDetails = 3;

/** `offheap owners` for a person. `top`: how many owners are listed. With an earlier result: those that changed most. */
export function renderOwnersTable(result: OwnersResult, options: TerminalOptions & { top: number }): string {
  const { baseline } = result;
  const { listed, others } = divide(result.owners, options.top);
  const shownOwners = baseline ? changedOwners(result, baseline, options.top) : listed;
  const parts = [
    describe(result),
    ...(baseline ? describeBaseline(result, baseline).map((text) => wrap(text, options.width)) : []),
    drawTable(
      baseline
        ? ownerGrowthTable(result, baseline, options.top)
        : toTable(ownerColumns, [...listed.map(toRow), ...others, allOf(result)]),
      options,
    ),
    ...details(shownOwners).map((text) => wrap(text, options.width)),
    ...shownOwners.flatMap((owner) => holdersOf(owner, options)),
    unowned(result, options),
    ...(result.created ? [describeCreations(result.created, result.owners)] : suggestCreations(result, shownOwners)),
    ...gaps(result).map((text) => wrap(text, options.width)),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** Those of the table that are still there. */
function changedOwners({ owners }: OwnersResult, baseline: OwnersBaseline, top: number): Owner[] {
  const keys = listedChanges(baseline, top).map(ownerKey);
  return keys.flatMap((key) => owners.find((owner) => owner.kind !== 'nobody' && ownerKey(owner) === key) ?? []);
}

function describe({ pid, command, liveBlocks, liveBytes, rssBytes, heap, durationMs }: OwnersResult): string {
  const java = heap ? `JDK ${heap.jdk}, ${heap.collector}, ${formatMiB(heap.usedBytes)} MiB of Java heap in use; ` : '';
  return `Process ${pid} (${nameProgram(command)}): ${java}${formatCount(liveBlocks)} blocks of malloc in use have ${formatMiB(liveBytes)} MiB, resident or not; RSS is ${formatMiB(rssBytes)} MiB. Read in ${(durationMs / 1000).toFixed(1)} s, and nothing was stopped.`;
}

interface Row {
  name: string;
  kind: string;
  objects?: number | undefined;
  blocks: number;
  directBytes?: number | undefined;
  bytes: number;
  share: number;
  isSum?: boolean;
}

const ownerColumns: Column<Row>[] = [
  left('owner', ({ name }) => name),
  left('kind', ({ kind }) => kind, 3),
  right('objects', ({ objects }) => (objects === undefined ? '' : formatCount(objects)), 2),
  right('blocks', ({ blocks }) => formatCount(blocks), 1),
  right('itself MiB', ({ directBytes }) => shown(directBytes, formatSmallMiB).replace('–', ''), 4),
  right('MiB', ({ bytes }) => formatSmallMiB(bytes)),
  right('share', ({ share }) => formatPercentDown(share)),
  left('', ({ share, isSum }) => (isSum ? '' : bar(share, barWidth)), 5),
];

function divide(owners: readonly Owner[], top: number): { listed: Owner[]; others: Row[] } {
  const nobody = owners.filter(({ kind }) => kind === 'nobody');
  const known = owners.filter(({ kind }) => kind !== 'nobody');
  const listed = known.filter(({ share }, index) => index < top && (share >= leastShare || index < 1));
  const rest = known.slice(listed.length);
  const sum = (figure: 'blocks' | 'bytes' | 'share') => rest.reduce((all, owner) => all + owner[figure], 0);
  const others: Row[] =
    rest.length === 0
      ? []
      : [{ name: `${formatCount(rest.length)} others`, kind: '', blocks: sum('blocks'), bytes: sum('bytes'), share: sum('share') }];
  return { listed, others: [...others, ...nobody.map(toRow)] };
}

function toRow(owner: Owner): Row {
  const { kind, objects, blocks, directBytes, bytes, share } = owner;
  return {
    ...{ name: nameOwner(owner), kind: ownerKindNames[kind], objects, blocks, bytes, share },
    ...(kind === 'nobody' ? {} : { directBytes }),
  };
}

function allOf({ liveBlocks, liveBytes }: OwnersResult): Row {
  return { name: 'blocks in use', kind: '', blocks: liveBlocks, bytes: liveBytes, share: 1, isSum: true };
}

/** By which field, of which C++ type, with whom it is shared. */
function details(owners: readonly Owner[]): string[] {
  return owners.slice(0, mostDetails).flatMap((owner) => {
    const { name, fields = [], categories = [], sharedBlocks, sharedWith } = owner;
    const [field] = fields;
    const types = tellingTypes(owner);
    const sentences = [
      ...(field && field.name !== ''
        ? [`${formatCount(field.objects)} objects of ${name} hold addresses in their field ${field.name}.`]
        : []),
      ...(types.length > 0 ? [`The largest C++ classes of ${name}’s blocks: ${types.join(', ')}.`] : []),
      ...(categories.length > 0 ? [`The JVM itself counts them as ${listCategories(categories)}.`] : []),
      ...(sharedBlocks !== undefined && sharedWith !== undefined
        ? [`To ${formatCount(sharedBlocks)} of its blocks objects of ${sharedWith} point as well; they count once.`]
        : []),
    ];
    return sentences.length === 0 ? [] : [sentences.join(' ')];
  });
}

/** A class that has less of an owner's bytes says nothing of it. */
const tellingShare = 0.02;

function tellingTypes({ bytes, types = [] }: Owner): string[] {
  return types
    .filter((type) => type.bytes >= tellingShare * bytes)
    .slice(0, mostDetails)
    .map((type) => `${formatCount(type.blocks)} ${type.name}`);
}

function listCategories(categories: readonly OwnerCategory[]): string {
  return categories
    .slice(0, mostDetails)
    .map(({ name, bytes }) => `${name}, ${formatSmallMiB(bytes)} MiB`)
    .join('; ');
}

function holdersOf(owner: Owner, { width }: TerminalOptions): string[] {
  const { sentence, path } = describeHolders(owner) ?? {};
  return sentence === undefined ? [] : [[wrap(sentence, width), ...(path ?? [])].join('\n')];
}

const sizeColumns: Column<UnownedSize>[] = [
  left('chunk size', ({ chunkBytes }) => `${formatCount(chunkBytes)} B`),
  right('blocks of nobody', ({ blocks }) => formatCount(blocks)),
  right('MiB', ({ chunkBytes, blocks }) => formatSmallMiB(chunkBytes * blocks)),
  left('for example', ({ example }) => `0x${example.toString(16)}`, 1),
];

/** So many that they are worth a look. */
const leastUnownedShare = 0.005;
const mostSizes = 8;

function unowned(result: OwnersResult, options: TerminalOptions): string {
  const {
    owners,
    unowned: { sizes, firstBlocks, firstBytes },
  } = result;
  const nobody = owners.find(({ kind }) => kind === 'nobody');
  if (!nobody || nobody.share < leastUnownedShare) return '';
  const why = areUnownedLost(result)
    ? 'they are lost, unless their pointers are stored in another form, or in a register'
    : 'but not all memory was read, and a pointer may be there';
  const said = `Nothing points to ${formatCount(nobody.blocks)} blocks, ${formatSmallMiB(nobody.bytes)} MiB: ${why}. To ${formatCount(firstBlocks)} of them, ${formatSmallMiB(firstBytes)} MiB, not even another one of them points.`;
  return `${wrap(said, options.width)}\n\n${drawTable(toTable(sizeColumns, sizes.slice(0, mostSizes)), options)}`;
}

function gaps({
  gaps: { threadsWithoutStack, unreadBytes, missingBlocks, missedBytes, lostPointers },
  whyNoHeap,
}: OwnersResult): string[] {
  return [
    ...(whyNoHeap === undefined ? [] : [`No Java heap was read: ${whyNoHeap}.`]),
    ...(threadsWithoutStack === 0
      ? []
      : [`Where the stacks of ${formatCount(threadsWithoutStack)} threads are was not told: they count as mappings.`]),
    ...(unreadBytes === 0 ? [] : [`${formatMiB(unreadBytes)} MiB of malloc’s heaps could not be read.`]),
    ...(missingBlocks === 0 ? [] : [`There was no room for ${formatCount(missingBlocks)} blocks.`]),
    ...(missedBytes === 0 ? [] : [`${formatSmallMiB(missedBytes)} MiB of memory that may hold pointers went away meanwhile.`]),
    ...(lostPointers === 0 ? [] : [`There was no room for ${formatCount(lostPointers)} pointers.`]),
  ];
}
