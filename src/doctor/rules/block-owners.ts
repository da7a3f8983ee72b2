import type { BlockMaker, Netty, NettyPool } from '../../model/block-makers.ts';
import type { Evidence } from '../../model/doctor.ts';
import { isSince } from '../../model/jdk-releases.ts';
import { bytesPerKiB, bytesPerMiB, formatCount } from '../../model/units.ts';
import { type BlockClass, blockClasses } from '../../stats/block-classes.ts';
import { joinAnd, joinOr } from '../join.ts';

/** Less of it leaves open what the rest is. */
const leadingShare = 0.5;
/** What counts as resident may be some pages less than what was allocated. More than that, and the size is of blocks that another finding tells. */
const withinShare = 1.05;
/** Smaller blocks are asked for by everybody. */
const leastJavaBlockBytes = 4096;
/** Of HotSpot's arenas, with malloc's header and that of NMT (jdk: arena.hpp, Chunk::init_size, medium_size and size). */
const arenaChunkBytes = [10 * 1024, 32 * 1024];
const headerSlackBytes = 80;
/** Up to JDK 11, of the tables of symbols and of interned strings (jdk: utilities/hashtable.cpp, new_entry: a power of two below 512 entries of 24 bytes). */
const oldTableBytes = 8 * 1024;
/** 8 KiB pages, of which a chunk of Netty's pool has 512, and before 4.1.75 had 2,048. A mapping of its own adds a page. */
const nettyChunkBytes = [4 * bytesPerMiB, 16 * bytesPerMiB];
const nettySlackBytes = 8192;
/** Of the adaptive pool: eight times the usual buffer, in steps (netty 4.2: buffer/AdaptivePoolingAllocator.java, MIN_CHUNK_SIZE and MAX_CHUNK_SIZE). */
const adaptiveStepBytes = 64 * bytesPerKiB;
const leastAdaptiveBytes = 128 * bytesPerKiB;
const mostAdaptiveBytes = 8 * bytesPerMiB;
const usualNetty = 'io.netty';

/** A size that has less of it explains nothing. */
const tellingShare = 0.1;
const mostClasses = 3;

/** The one size of blocks that explains most of so many bytes in use. */
export function leadingClass(evidence: Pick<Evidence, 'malloc'>, bytes: number): BlockClass | undefined {
  const [first, ...more] = leadingClasses(evidence, bytes);
  return more.length === 0 ? first : undefined;
}

/** The fewest sizes that together explain most of so many bytes, three at most; else none. */
export function leadingClasses({ malloc }: Pick<Evidence, 'malloc'>, bytes: number): BlockClass[] {
  const leading: BlockClass[] = [];
  let sum = 0;
  for (const one of malloc ? blockClasses(malloc).slice(0, mostClasses) : []) {
    if (sum >= leadingShare * bytes || one.bytes < tellingShare * bytes) break;
    leading.push(one);
    sum += one.bytes;
  }
  return sum >= leadingShare * bytes && sum <= withinShare * bytes ? leading : [];
}

/** `2,801 blocks of 65,536 bytes`. */
export function describeClass({ blocks, blockBytes, isMean }: BlockClass): string {
  return `${formatCount(blocks)} blocks of ${isMean ? 'about ' : ''}${formatCount(blockBytes)} bytes`;
}

/** A JVM makes blocks of this size by itself. */
export function mayBeJvms({ blockBytes }: BlockClass, { jvm }: Pick<Evidence, 'jvm'>): boolean {
  if (blockBytes < leastJavaBlockBytes) return true;
  const own = jvm && isSince(jvm.version, ['12']) ? arenaChunkBytes : [...arenaChunkBytes, oldTableBytes];
  return own.some((bytes) => Math.abs(blockBytes - bytes) <= headerSlackBytes);
}

/** Which pool of Netty has chunks of that size; undefined where it has none of the kind, or nobody has used that pool. */
export function nettyPoolOf({ jvm }: Pick<Evidence, 'jvm'>, { blockBytes }: BlockClass): NettyPool | undefined {
  const pools = nettysOf(jvm).flatMap((netty) => netty.pools);
  const isOf = (chunkBytes: number) => blockBytes >= chunkBytes && blockBytes <= chunkBytes + nettySlackBytes;
  if (pools.includes('arenas') && nettyChunkBytes.some(isOf)) return 'arenas';
  const adaptiveBytes = Math.floor(blockBytes / adaptiveStepBytes) * adaptiveStepBytes;
  const isAdaptive = pools.includes('adaptive') && adaptiveBytes >= leastAdaptiveBytes && adaptiveBytes <= mostAdaptiveBytes;
  return isAdaptive && isOf(adaptiveBytes) ? 'adaptive' : undefined;
}

/** Each Netty of a JVM that has one; under its own name, with the usual pool, where that was not told. */
export function nettysOf(jvm: Evidence['jvm']): Netty[] {
  if (!jvm?.blockMakers?.includes('Netty')) return [];
  return jvm.netty ?? [{ root: usualNetty, pools: ['arenas'] }];
}

export type JavaMaker = Exclude<BlockMaker, 'channel buffers'>;

/**
 * Who of the Java code may have asked for blocks of that size, the likeliest first; undefined where nobody knows. Channel buffers are direct buffers. Chunks of
 * the adaptive pool have sizes that others have as well.
 */
export function javaMakers(evidence: Evidence, blocks: BlockClass | undefined): JavaMaker[] | undefined {
  const makers = evidence.jvm?.blockMakers?.filter((maker): maker is JavaMaker => maker !== 'channel buffers');
  const pool = blocks && nettyPoolOf(evidence, blocks);
  if (!makers || pool === undefined) return makers;
  return pool === 'arenas' ? ['Netty'] : ['Netty', ...makers.filter((maker) => maker !== 'Netty')];
}

/** Native libraries whose blocks they may be: that of JNA makes them for Java code. */
export function nativeLibraries({ libraries = [] }: Pick<Evidence, 'libraries'>): string[] {
  return libraries.filter((name) => !/^(?:jna[\d…]+\.tmp|libjnidispatch.*)$/.test(name));
}

const words: Readonly<Record<JavaMaker, string>> = {
  'direct buffers': 'direct buffers',
  FFM: 'segments of the foreign memory API (FFM)',
  Unsafe: 'blocks of sun.misc.Unsafe',
  Netty: 'buffers of Netty',
  JNA: 'blocks of JNA (com.sun.jna.Memory)',
};

export function nameMakers(makers: readonly JavaMaker[], { jvm }: Pick<Evidence, 'jvm'>): string[] {
  return makers.map((maker) => `${words[maker]}${maker === 'Netty' ? nettyNames(jvm) : ''}`);
}

/** Where a library has given its own another name, that is who has it. */
function nettyNames(jvm: Evidence['jvm']): string {
  const moved = nettysOf(jvm).filter(({ root }) => root !== usualNetty);
  return moved.length === 0 ? '' : ` (${moved.map(({ root }) => root).join(', ')})`;
}

const namedLibraries = 3;

/** `blocks of the native libraries librocksdbjni.so or libzstd-jni.so`; none of a program that has none. */
export function describeLibraries(libraries: readonly string[]): string[] {
  if (libraries.length === 0) return [];
  return [`blocks of the native ${libraries.length === 1 ? 'library' : 'libraries'} ${joinOr(firstOf(libraries))}`];
}

/** `jni_strings.so and libzstd-jni.so`. */
export function nameLibraries(libraries: readonly string[]): string {
  return joinAnd(firstOf(libraries));
}

function firstOf(libraries: readonly string[]): string[] {
  const more = libraries.length - namedLibraries;
  return [...libraries.slice(0, namedLibraries), ...(more > 0 ? [`${formatCount(more)} more`] : [])];
}
