import type { AttachOptions } from '../jvm/attach.ts';
import type { AddressRange } from '../model/address-range.ts';
import { OffheapError } from '../model/errors.ts';
import { type JvmPlaces, readJvmPlaces } from '../native/jvm-places.ts';
import type { HeapInfo } from '../parse/heap-info.ts';
import { parseMaps } from '../parse/maps.ts';
import { zHeapRanges } from './heap-range.ts';
import { readProcFile } from './identity.ts';
import { askHeapRanges, type JvmFacts } from './jvm.ts';

/** Their structures tell of no tables, and ZGC's heap is told by its mappings. */
const withoutTables: ReadonlySet<HeapInfo['collector']> = new Set(['ZGC', 'Epsilon']);
const collectors: ReadonlySet<string> = new Set<HeapInfo['collector']>([
  ...(['G1', 'Parallel', 'Serial', 'CMS', 'Shenandoah'] as const),
  ...withoutTables,
]);

/**
 * The facts, and the addresses that the JVM's own structures tell: no JVM answers with those of all of its collector's tables, JDK 8 with few others, and one that may
 * not be asked with none. As they were where nothing can be read, or NMT has told all.
 */
export async function withOwnPlaces(pid: number, facts: JvmFacts, signal?: AbortSignal): Promise<JvmFacts> {
  if (facts.nmtRanges.length > 0 || withoutTables.has(facts.heap.collector)) return facts;
  const found = await tryPlaces(pid, signal);
  return found ? addPlaces(facts, found) : facts;
}

/**
 * The same for a process that is looked at again and asked once: without metaspace, which comes and goes, and only where its answers lack its heap or, as those of
 * JDK 8, its code.
 */
export async function withLastingPlaces(pid: number, facts: JvmFacts, signal?: AbortSignal): Promise<JvmFacts> {
  const { heapRanges, info } = facts;
  if (heapRanges.length > 0 && info.codeHeaps.length > 0) return facts;
  const { places, ...more } = await withOwnPlaces(pid, facts, signal);
  return { ...more, places: places.filter(({ kind }) => kind !== 'metaspace') };
}

/** Pure. */
export function addPlaces(facts: JvmFacts, { collector, places }: JvmPlaces): JvmFacts {
  const { heap, heapRanges } = facts;
  return {
    ...facts,
    places,
    heap: heap.collector === 'unknown' && isCollector(collector) ? { ...heap, collector } : heap,
    heapRanges: heapRanges.length > 0 ? heapRanges : heapOf(places),
  };
}

function isCollector(name: string): name is HeapInfo['collector'] {
  return collectors.has(name);
}

function heapOf(places: JvmPlaces['places']): AddressRange[] {
  return places.filter(({ kind }) => kind === 'java heap').map(({ start, end }) => ({ start, end }));
}

/**
 * Where the Java heap lies: as the JVM says, or as its mappings tell (ZGC, which says nothing), or its own structures (JDK 8 without `GC.heap_info`). Undefined
 * when none does.
 *
 * @param options `asks`: whether it lets anyone ask
 * @throws OffheapError NO_SUCH_PROCESS or NO_PERMISSION
 */
export async function readJavaHeapRanges(
  pid: number,
  { asks, ...options }: AttachOptions & { asks: boolean },
): Promise<AddressRange[] | undefined> {
  const told = asks ? ((await askHeapRanges(pid, options).catch(noneOf)) ?? []) : [];
  if (told.length > 0) return told;
  const ofZ = zHeapRanges(parseMaps(await readProcFile(pid, 'maps')));
  if (ofZ) return ofZ;
  const own = heapOf((await tryPlaces(pid, options.signal))?.places ?? []);
  return own.length > 0 ? own : undefined;
}

function tryPlaces(pid: number, signal: AbortSignal | undefined): Promise<JvmPlaces | undefined> {
  return readJvmPlaces(pid, signal).catch(noneOf);
}

/** Whether the process is there and may be read is told by what else is read of it. @throws what is no OffheapError */
function noneOf(error: unknown): undefined {
  if (!(error instanceof OffheapError)) throw error;
}
