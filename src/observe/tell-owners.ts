import type { Holder, Owner, OwnerCategory, OwnersResult, OwnerType } from '../model/owners.ts';
import { printableName } from '../model/printable.ts';
import type { NativeOwners } from '../native/native-owners.ts';
import type { MapsEntry } from '../parse/maps.ts';
import type { ReadRanges } from '../process/read-memory.ts';
import { isMuchUnowned } from '../stats/unowned.ts';
import { byKey } from './by-key.ts';
import { joinOwners, mostFields, mostTypes } from './join-owners.ts';
import type { MallocServer } from './malloc-server.ts';
import { nmtCategory } from './nmt-categories.ts';
import type { OwnerRoots } from './owner-roots.ts';
import { peekUnowned, toSize } from './peek-unowned.ts';
import { findUnownedLibraries } from './unowned-libraries.ts';

const mostSizes = 32;

/** What the native reader has found is told with this. */
export interface Telling {
  roots: OwnerRoots;
  server: MallocServer;
  mappings: readonly MapsEntry[];
  /** Whether to tell what nobody's blocks begin with: contents of memory. */
  peek: boolean;
  /** Reads memory of the same process. */
  read: ReadRanges;
}

/** Names owners, and looks at what nobody's blocks begin with, where they are many or that is asked for. */
export async function tellOwners(found: NativeOwners, { roots, server, mappings, peek, read }: Telling): Promise<OwnersTold> {
  const told = server.isWalked ? toOwners(found, roots) : toPointedOwners(found, roots, server.name);
  const ledTo = isMuchUnowned(told.owners) ? await findUnownedLibraries(read, found.sizes, mappings) : undefined;
  const sizes = peek ? await peekUnowned(read, found.sizes.slice(0, mostSizes)) : told.unowned.sizes;
  return { ...told, unowned: { ...told.unowned, sizes, ...(ledTo && ledTo.libraries.length > 0 ? { ledTo } : {}) } };
}

/** What is the same of a process that runs and of a core file. */
export type OwnersTold = Omit<
  OwnersResult,
  'schemaVersion' | 'pid' | 'command' | 'takenAt' | 'uptimeMs' | 'durationMs' | 'rssBytes' | 'core'
>;

/** Pure. */
export function toOwners(found: NativeOwners, { sources, isJvm }: Pick<OwnerRoots, 'sources' | 'isJvm'>): OwnersTold {
  const fields = byKey(found.fields, ({ owner }) => owner);
  const types = byKey(found.types, ({ owner }) => owner);
  const named = found.owners.map((owner, index) =>
    nameOwner(found, owner, {
      sourceName: sources[owner.source]?.name ?? '',
      fields: fields.get(index) ?? [],
      types: types.get(index) ?? [],
      held: heldOf(found, index),
    }),
  );
  const { heap, whyNoHeap = 'its parts were not found' } = found;
  const isHeapRead = heap !== undefined && heap.usedBytes > 0;
  return {
    liveBlocks: found.liveBlocks,
    liveBytes: found.liveBytes,
    owners: joinOwners(named.filter(({ kind, blocks }) => blocks > 0 || kind === 'nobody')),
    unowned: {
      firstBlocks: found.nobodysFirst,
      firstBytes: found.nobodysFirstBytes,
      sizes: found.sizes.slice(0, mostSizes).map(toSize),
    },
    ...(isHeapRead ? { heap: toHeap(heap) } : {}),
    ...(isJvm && !isHeapRead ? { whyNoHeap } : {}),
    threads: found.threads,
    gaps: {
      threadsWithoutStack: found.threadsWithoutStack,
      unreadBytes: found.unreadBytes,
      missingBlocks: found.missingBlocks,
      missedBytes: found.missedBytes,
      lostPointers: found.lostPointers,
    },
    times: {
      blocksMs: found.walkMs,
      javaHeapMs: found.heapMs,
      pointersMs: found.followMs,
      otherMs: found.otherMs,
      holdersMs: found.holdersMs,
    },
  };
}

/** Without sizes, shares are of addresses, and there is nobody whose blocks are known. */
function toPointedOwners(found: NativeOwners, roots: OwnerRoots, allocator: string): OwnersTold {
  const { owners, ...told } = toOwners(found, roots);
  const classes = owners.filter(({ kind }) => kind === 'java').sort((a, b) => b.blocks - a.blocks);
  return {
    ...told,
    unsized: { allocator },
    owners: classes.map((owner) => ({ ...owner, share: owner.blocks / (found.liveBlocks || 1) })),
  };
}

function toHeap({
  collector,
  jdk,
  classes,
  usedBytes,
  readBytes,
}: NonNullable<NativeOwners['heap']>): NonNullable<OwnersResult['heap']> {
  return { collector, jdk, classes, usedBytes, readBytes };
}

/** A class has a table in each file that was compiled with it, and with several bases several. */
function joinTypes(types: readonly OwnerType[]): OwnerType[] {
  const joined = [...byKey(types, ({ name }) => name).values()].map((same) => ({
    name: same[0]?.name ?? '',
    blocks: same.reduce((sum, { blocks }) => sum + blocks, 0),
    bytes: same.reduce((sum, { bytes }) => sum + bytes, 0),
  }));
  return joined.sort((a, b) => b.bytes - a.bytes).slice(0, mostTypes);
}

interface ToldOf {
  sourceName: string;
  fields: NativeOwners['fields'];
  types: NativeOwners['types'];
  held: Owner['held'];
}

/** Few classes were followed upward. */
function heldOf({ climbs, holders }: NativeOwners, index: number): Owner['held'] {
  const climb = climbs.find(({ owner }) => owner === index);
  if (!climb) return undefined;
  const { objects, rooted, waiting, isCut } = climb;
  const undecided = objects - rooted - waiting;
  const told = holders.filter(({ owner }) => owner === index);
  const way = told.filter(({ isWay }) => isWay).map(toHolder);
  return {
    objects,
    heldObjects: rooted,
    ...(isCut ? {} : { waitingObjects: waiting }),
    ...(isCut || undecided === 0 ? {} : { undecidedObjects: undecided }),
    ...(way.length > 0 ? { way } : {}),
    holders: told.filter(({ isWay }) => !isWay).map(toHolder),
  };
}

function toHolder({ level, kind, name, field, objects, held }: NativeOwners['holders'][number]): Holder {
  return {
    ...{ level, kind, name: printableName(name) },
    ...(field === '' ? {} : { field: printableName(field) }),
    ...{ objects, heldObjects: held },
  };
}

function nameOwner(found: NativeOwners, owner: NativeOwners['owners'][number], of: ToldOf): Owner {
  const { kind, objects, directBlocks, directBytes, blocks, bytes, sharedBlocks, sharedWith } = owner;
  const fields = of.fields
    .map(({ name, objects: count }) => ({ name: printableName(name), objects: count }))
    .sort((a, b) => b.objects - a.objects)
    .slice(0, mostFields);
  const types = joinTypes(of.types.map((type) => ({ name: printableName(type.name), blocks: type.blocks, bytes: type.bytes })));
  const sharer = sharedWith === undefined ? undefined : found.owners[sharedWith]?.name;
  return {
    kind,
    name: kind === 'nobody' ? 'nobody' : printableName(owner.name === '' ? of.sourceName : owner.name),
    ...(kind === 'java' ? { objects } : {}),
    ...{ directBlocks, directBytes, blocks, bytes },
    share: found.liveBytes === 0 ? 0 : bytes / found.liveBytes,
    ...(sharedBlocks > 0 ? { sharedBlocks } : {}),
    ...(sharer === undefined ? {} : { sharedWith: printableName(sharer) }),
    ...(fields.length > 0 ? { fields } : {}),
    ...(types.length > 0 ? { types } : {}),
    ...(of.held ? { held: of.held } : {}),
    ...(kind === 'jvm' && found.categories.length > 0 ? { categories: toCategories(found) } : {}),
  };
}

/** Categories that have no name of their own are one. */
function toCategories({ categories, heap }: NativeOwners): OwnerCategory[] {
  const named = byKey(categories, ({ number }) => nmtCategory(heap?.jdk ?? 0, number));
  const sum = (of: NativeOwners['categories'], figure: 'blocks' | 'bytes') => of.reduce((all, one) => all + one[figure], 0);
  return [...named]
    .map(([name, of]) => ({ name, blocks: sum(of, 'blocks'), bytes: sum(of, 'bytes') }))
    .sort((a, b) => b.bytes - a.bytes);
}
