import type { Netty, NettyPool } from '../model/block-makers.ts';
import { printableName } from '../model/printable.ts';
import { matchLines } from '../parse/lines.ts';

/** Asks one thing, and has its text. */
export type NettyQuestion = (question: string) => Promise<string>;

const usualRoot = 'io.netty';
const allocator = 'buffer.AbstractByteBufAllocator';
/** Loaded by the first object of each pool. */
const poolClasses: Readonly<Record<NettyPool, string>> = {
  arenas: 'buffer.PoolArena',
  adaptive: 'buffer.AdaptivePoolingAllocator',
};
/** Each object of the pools asks whether a thread is one of these: the class is loaded in every JVM that has Netty's pool, under whatever name. */
const threadClass = /--((?:[\w$]{1,100}\.){1,20}?[\w$]{0,100}netty)\.util\.concurrent\.FastThreadLocalThread\//;
/** More in one JVM are the same library again. */
const mostRoots = 4;

/** Netty under its own name, and under those that libraries have given to the one that they carry. */
export async function askNettys(ask: NettyQuestion): Promise<Netty[]> {
  const threads = await ask('-s java.lang.Thread');
  const moved = [...matchLines(threads, threadClass)].map(([, root = '']) => root);
  const nettys: Netty[] = [];
  for (const root of [...new Set([usualRoot, ...moved])].slice(0, mostRoots)) {
    const isLoaded = async (name: string) => isNamed(await ask(`${root}.${name}`), `${root}.${name}`);
    if (!(await isLoaded(allocator))) continue;
    const pools: NettyPool[] = [];
    if (await isLoaded(poolClasses.arenas)) pools.push('arenas');
    if (await isLoaded(poolClasses.adaptive)) pools.push('adaptive');
    nettys.push({ root: printableName(root), pools });
  }
  return nettys;
}

const allocatorObject = /^((?:[\w$]{1,100}\.){0,20}?[\w$]{0,100}netty)\.buffer\.(Unpooled|Pooled|Adaptive)ByteBufAllocator$/;

/** The same, of the classes that have objects. */
export function nettysAmong(classNames: Iterable<string>): Netty[] {
  const found = new Map<string, NettyPool[]>();
  for (const name of classNames) {
    const [, root, kind] = allocatorObject.exec(name) ?? [];
    if (root === undefined || (!found.has(root) && found.size >= mostRoots)) continue;
    const pools = found.get(root) ?? [];
    found.set(root, kind === 'Unpooled' ? pools : [...pools, kind === 'Pooled' ? 'arenas' : 'adaptive']);
  }
  return [...found].map(([root, pools]) => ({ root: printableName(root), pools: pools.sort() }));
}

/** Of a class that is not loaded the text is empty; else its superclasses come first, each with its loader: `|--java.nio.Bits/null`. */
export function isNamed(text: string, className: string): boolean {
  return text.includes(`--${className}/`);
}
