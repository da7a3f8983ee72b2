import type { Evidence, Finding } from '../../model/doctor.ts';
import type { Owner } from '../../model/owners.ts';
import { formatCount, formatMiB } from '../../model/units.ts';
import type { BlockClass } from '../../stats/block-classes.ts';
import { fateOf } from '../../stats/owned-blocks.ts';
import { mallocRss } from '../../stats/process-figures.ts';
import { directMemoryFixes } from '../direct-memory-cures.ts';
import { joinOr } from '../join.ts';
import { describeLastCollection, wasCollectedForThis } from '../last-collection.ts';
import {
  describeClass,
  type JavaMaker,
  javaMakers,
  leadingClass,
  mayBeJvms,
  nameMakers,
  nativeLibraries,
  nettyPoolOf,
} from './block-owners.ts';
import { toldLostBytes } from './lost-blocks.ts';
import { ownedMemory } from './owned-memory.ts';
import { describeRoot } from './owners.ts';
import { isLarge } from './thresholds.ts';

/** What Java code has of malloc past the heap. */
interface DirectMemory {
  bytes: number;
  count: number;
  /** Of most blocks. */
  blocks: BlockClass | undefined;
  /** NMT counts what Unsafe.allocateMemory got, from anybody; else it is told by the size of blocks. */
  isCounted: boolean;
  /** Who may have asked for it; undefined where the JVM does not tell. */
  makers: JavaMaker[] | undefined;
  /** Objects of java.nio that own so many blocks, counted in the Java heap. */
  buffers?: number;
  /** Whose objects hold the addresses. */
  owners?: readonly Owner[];
}

/** Blocks that Java code has asked malloc for: as the JVM counts them, or one size that nobody else can have asked for. */
export function directBuffers(evidence: Evidence): Finding[] {
  const found = directMemory(evidence);
  if (!found || !isLarge(evidence, found.bytes)) return [];
  const { bytes, count, blocks, isCounted, makers = ['direct buffers'] } = found;
  const group = groupOfThreads(evidence, found);
  return [
    {
      code: 'direct-buffers',
      // Others no GC frees: a pool, or a cache, may be as large as it should be.
      severity: makers.includes('direct buffers') ? 'problem' : 'notice',
      summary: `${subject(evidence, found)} take ${formatMiB(bytes)} of ${formatMiB(evidence.rssBytes)} MiB. ${state(evidence, { ...found, makers }, group)}`,
      evidence: {
        bytes,
        count,
        ...(isCounted ? { capacityBytes: bytes } : {}),
        ...(blocks ? { blockBytes: blocks.blockBytes } : {}),
      },
      fixes: directMemoryFixes(evidence, {
        bytes,
        makers,
        isOfThreads: group !== undefined,
        isHeld: fateOf(found.owners ?? []) === 'held',
      }),
    },
  ];
}

/** Resident bytes of malloc's blocks that this finding tells. */
export function toldDirectBytes(evidence: Evidence): number {
  const found = directMemory(evidence);
  return found && (found.isCounted || isLarge(evidence, found.bytes)) ? found.bytes : 0;
}

function directMemory(evidence: Evidence): DirectMemory | undefined {
  const { jvm } = evidence;
  if (!jvm) return undefined;
  if (jvm.directBuffers) {
    const { count, capacityBytes: bytes } = jvm.directBuffers;
    const blocks = leadingClass(evidence, bytes);
    return { bytes, count, blocks, isCounted: true, makers: javaMakers(evidence, blocks) };
  }
  const owned = ownedMemory(evidence);
  if (owned) {
    const blocks = leadingClass(evidence, owned.bytes);
    return { ...owned, blocks, isCounted: true, makers: [owned.maker] };
  }
  const liveBytes = mallocRss(evidence)?.liveRssBytes ?? 0;
  const blocks = leadingClass(evidence, liveBytes);
  if (!blocks) return ofManySizes(evidence, liveBytes);
  if (mayBeJvms(blocks, evidence) || areLost(blocks, evidence)) return undefined;
  const { bytes, blocks: count } = blocks;
  const told = { bytes, count, blocks, isCounted: false };
  const buffers = jvm.histogram?.directBuffers ?? jvm.directBufferObjects ?? 0;
  if (isAsMany(buffers, count)) return { ...told, makers: ['direct buffers'], buffers };
  const makers = javaMakers(evidence, blocks);
  // Every JDK 8 has loaded Unsafe, and keeps more of its own in blocks of malloc: that it may have been used says nothing there.
  const telling = jvm.directBufferObjects === undefined ? makers : makers?.filter((maker) => maker !== 'Unsafe');
  const isJavas = telling && telling.length > 0 && (isOnly(makers ?? [], 'Netty') || nativeLibraries(evidence).length === 0);
  return isJavas ? { ...told, makers } : undefined;
}

const lostShare = 0.5;

/** Most of them: lost-blocks tells them, and a buffer has its address in an object. */
function areLost({ blockBytes, blocks }: BlockClass, evidence: Evidence): boolean {
  const lost = evidence.owners?.unowned.sizes.find(({ chunkBytes }) => chunkBytes === blockBytes)?.blocks ?? 0;
  return lost >= lostShare * blocks && toldLostBytes(evidence) > 0;
}

/** Most of it, and more than a JVM itself has. */
const mappedShare = 0.8;

/** Blocks with mappings of their own, of any sizes, where nobody else than direct buffers is seen that makes such. */
function ofManySizes(evidence: Evidence, liveBytes: number): DirectMemory | undefined {
  const { chunks: count = 0, rssBytes: bytes = 0 } = evidence.malloc?.mmapped ?? {};
  const makers = javaMakers(evidence, undefined) ?? [];
  const isTheirs = makers.length > 0 && isOnly(makers, 'direct buffers') && nativeLibraries(evidence).length === 0;
  if (!isTheirs || bytes < mappedShare * liveBytes) return undefined;
  return { bytes, count, blocks: undefined, isCounted: false, makers: ['direct buffers'] };
}

/** Some others have the same size by chance. */
const sameShare = 0.1;

function isAsMany(some: number, others: number): boolean {
  return some > 0 && Math.abs(some - others) <= Math.max(1, sameShare * others);
}

function isOnly(makers: readonly JavaMaker[], maker: JavaMaker): boolean {
  return makers.every((one) => one === maker);
}

function subject(evidence: Evidence, { blocks, isCounted, makers, buffers, count, owners = [] }: DirectMemory): string {
  if (buffers !== undefined && blocks)
    return `${describeClass(blocks)}, as many as there are direct buffers (${formatCount(buffers)}),`;
  const pool = blocks && nettyPoolOf(evidence, blocks);
  const [netty = ''] = nameMakers(['Netty'], evidence).map((name) => name.replace('buffers of Netty', ''));
  if (blocks && makers?.includes('Netty') && pool !== undefined)
    return `${describeClass(blocks)}, as large as chunks of Netty’s ${pool === 'adaptive' ? 'adaptive ' : ''}pool${netty},`;
  if (!blocks && !isCounted) return `${formatCount(count)} blocks of many sizes, most likely direct buffers,`;
  if (blocks && !isCounted) return `${describeClass(blocks)}, most likely ${joinOr(nameMakers(makers ?? [], evidence))},`;
  const who = makers && makers.length > 0 ? joinOr(nameMakers(makers, evidence)) : 'direct buffers or other blocks of Unsafe';
  const size = blocks ? `, most of them of ${formatCount(blocks.blockBytes)} bytes,` : '';
  const [owner] = owners;
  const holder =
    owner && makers?.includes('Unsafe') ? `${size === '' ? ',' : ''} whose addresses objects of ${owner.name} hold,` : '';
  return `${formatCount(count)} ${who}${size}${holder}`;
}

/** Whether they are held, as far as that is known, and who frees them. */
function state(
  { jvm }: Evidence,
  { makers, owners = [] }: { makers: readonly JavaMaker[] } & Pick<DirectMemory, 'owners'>,
  group: string | undefined,
): string {
  if (group !== undefined) return `There are as many threads ${group}: each keeps the largest that it has used for channels.`;
  const isHeld = jvm !== undefined && wasCollectedForThis(jvm);
  if (makers.includes('direct buffers') || makers.includes('JNA')) {
    if (fateOf(owners) !== undefined) return describeFate(owners);
    if (isHeld) return 'They have survived a collection of the whole heap: the program holds them.';
    return `They wait for a GC, or the program holds them: a collection tells, and ${describeLastCollection(jvm ?? {})}.`;
  }
  const root = owners.flatMap((owner) => describeRoot(owner) ?? [])[0];
  const held = root === undefined ? '' : ` The program holds their owners ${root}.`;
  if (isOnly(makers, 'Netty')) return `How much of them is in use, Netty alone knows.${held}`;
  if (isOnly(makers, 'FFM')) return `They live until their arenas are closed.${held}`;
  return `No GC frees them: they live until the code does.${held}`;
}

function describeFate(owners: readonly Owner[]): string {
  const waiting = owners.reduce((sum, { held }) => sum + (held?.waitingObjects ?? 0), 0);
  if (fateOf(owners) === 'waiting')
    return `${formatCount(waiting)} of them are garbage: nothing in the program leads to them, and a collection frees them.`;
  const root = owners.flatMap((owner) => describeRoot(owner) ?? [])[0];
  return `The program holds them${root === undefined ? '' : `, ${root}`}.`;
}

/** Fewer are as many by chance. */
const fewestThreads = 4;

/** The pool each thread of which keeps one of these buffers, by its name. */
function groupOfThreads({ jvm }: Evidence, { blocks, count }: DirectMemory): string | undefined {
  if (!jvm?.blockMakers?.includes('channel buffers')) return undefined;
  const buffers = blocks?.blocks ?? count;
  return jvm.threads?.groups.find((group) => group.count >= fewestThreads && isAsMany(buffers, group.count))?.name;
}
