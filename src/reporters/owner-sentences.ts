import type { Owner, OwnerCategory, OwnersEvidence, OwnersResult } from '../model/owners.ts';
import { formatCount, formatMiB, formatSmallMiB } from '../model/units.ts';
import { areUnownedLost, isMuchUnowned, likelyLibrary } from '../stats/unowned.ts';
import { describeCore, describeCoreGaps } from './core-sentences.ts';
import { nameProgram } from './owner-names.ts';

const mostDetails = 3;

/** What was looked at, and how much it is. */
export function describeOwners(result: OwnersResult): string {
  const { pid, command, liveBlocks, liveBytes, rssBytes, heap, durationMs, unsized, core } = result;
  const java = heap ? `JDK ${heap.jdk}, ${heap.collector}, ${formatMiB(heap.usedBytes)} MiB of Java heap in use; ` : '';
  const blocks = unsized
    ? ''
    : `${formatCount(liveBlocks)} blocks of malloc in use have ${formatMiB(liveBytes)} MiB, resident or not; `;
  const whose = `${core ? describeCore(core, pid) : `Process ${pid}`} (${nameProgram(command)})`;
  const memory = core ? `${formatMiB(rssBytes)} MiB are filled` : `RSS is ${formatMiB(rssBytes)} MiB`;
  const how = `Read in ${(durationMs / 1000).toFixed(1)} s${core ? '' : ', and nothing was stopped'}.`;
  const told = `${whose}: ${java}${blocks}${memory}. ${how}`;
  return unsized ? `${told} ${describeUnsized(unsized)}` : told;
}

function describeUnsized({ allocator }: NonNullable<OwnersResult['unsized']>): string {
  return `The blocks of ${allocator}, which serves malloc here, cannot be walked. So this tells which objects hold addresses in its memory, and not how large their blocks are.`;
}

/** By which field, of which C++ type, with whom it is shared. */
export function describeOwner(owner: Owner): string[] {
  const { name, fields = [], categories = [], sharedBlocks, sharedWith } = owner;
  const [field] = fields;
  const types = tellingTypes(owner);
  return [
    ...(field && field.name !== ''
      ? [`${formatCount(field.objects)} objects of ${name} hold addresses in their field ${field.name}.`]
      : []),
    ...(types.length > 0 ? [`The largest C++ classes of ${name}’s blocks: ${types.join(', ')}.`] : []),
    ...(categories.length > 0 ? [`The JVM itself counts them as ${listCategories(categories)}.`] : []),
    ...(sharedBlocks !== undefined && sharedWith !== undefined
      ? [`To ${formatCount(sharedBlocks)} of its blocks objects of ${sharedWith} point as well; they count once.`]
      : []),
  ];
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

/** Blocks of nobody, where they are many. */
export function describeUnowned(look: OwnersEvidence): string | undefined {
  const { firstBlocks, firstBytes, ledTo } = look.unowned;
  const nobody = look.owners.find(({ kind }) => kind === 'nobody');
  const isPeekedAt = look.unowned.sizes.some(({ contents }) => contents !== undefined);
  if (!nobody || !(isMuchUnowned(look.owners) || isPeekedAt)) return undefined;
  const why = areUnownedLost(look)
    ? 'they are lost, unless their pointers are stored in another form, or in a register'
    : 'but not all memory was read, and a pointer may be there';
  return `Nothing points to ${formatCount(nobody.blocks)} blocks, ${formatSmallMiB(nobody.bytes)} MiB: ${why}. To ${formatCount(firstBlocks)} of them, ${formatSmallMiB(firstBytes)} MiB, not even another one of them points.${describeLibrary(ledTo)}`;
}

function describeLibrary(ledTo: OwnersEvidence['unowned']['ledTo']): string {
  const library = likelyLibrary(ledTo);
  return library && ledTo
    ? ` Of ${formatCount(ledTo.sampledBlocks)} that were read ${formatCount(library.blocks)} hold addresses of ${library.name}.`
    : '';
}

/** What was not seen. */
export function describeGaps({
  gaps: { threadsWithoutStack, unreadBytes, missingBlocks, missedBytes, lostPointers },
  whyNoHeap,
  core,
}: Pick<OwnersResult, 'gaps' | 'whyNoHeap' | 'core'>): string[] {
  return [
    ...(core ? describeCoreGaps(core) : []),
    ...(whyNoHeap === undefined ? [] : [`No Java heap was read: ${whyNoHeap}.`]),
    ...(threadsWithoutStack === 0
      ? []
      : [
          core
            ? `The stacks of ${formatCount(threadsWithoutStack)} threads are not in the core, or not whole: what they alone pointed to counts as nobody’s.`
            : `Where the stacks of ${formatCount(threadsWithoutStack)} threads are was not told: they count as mappings.`,
        ]),
    ...(unreadBytes === 0 ? [] : [`${formatMiB(unreadBytes)} MiB of malloc’s heaps could not be read.`]),
    ...(missingBlocks === 0 ? [] : [`There was no room for ${formatCount(missingBlocks)} blocks.`]),
    ...(missedBytes === 0 ? [] : [describeMissed(missedBytes, core !== undefined)]),
    ...(lostPointers === 0 ? [] : [`There was no room for ${formatCount(lostPointers)} pointers.`]),
  ];
}

function describeMissed(bytes: number, isOfCore: boolean): string {
  const memory = `${formatSmallMiB(bytes)} MiB of memory that may hold pointers`;
  return isOfCore
    ? `${memory}, such as the Java heap, are not in the core. It was cut, or written without that kind of memory: 0x33 in /proc/PID/coredump_filter lets the next one have it.`
    : `${memory} went away meanwhile.`;
}
