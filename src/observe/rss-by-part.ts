import type { AllocatorName } from '../allocators/registry.ts';
import type { AttachOptions } from '../jvm/attach.ts';
import { OffheapError } from '../model/errors.ts';
import type { RegionKind } from '../model/region-kinds.ts';
import { askPlacesNow, type JvmFacts, noFacts } from './jvm.ts';
import { readMemory } from './memory.ts';
import { withOwnPlaces } from './own-places.ts';

export interface RssByPart {
  /** Their sum is RSS; what is not in memory is absent. */
  partsRssBytes: Partial<Record<RegionKind, number>>;
  /** Kinds of which the JVM has memory that was not found: it is `unexplained`. */
  notFound: RegionKind[];
}

export interface RssByPartOptions extends AttachOptions {
  isJvm: boolean;
  /** Whether the JVM lets anyone ask. */
  asks: boolean;
  /** That serves the process. */
  allocator: AllocatorName;
}

/**
 * RSS by part without a walk of malloc's heaps: some 50 ms and two or three short answers of a JVM, which cost it no memory, unlike those that the doctor asks for.
 * Undefined for a JVM that tells nothing and cannot be read either.
 *
 * @throws OffheapError NO_SUCH_PROCESS or NO_PERMISSION
 */
export async function readRssByPart(
  pid: number,
  { isJvm, allocator, ...options }: RssByPartOptions,
): Promise<RssByPart | undefined> {
  const jvm = isJvm ? await readPlaces(pid, options) : noFacts;
  if (!jvm) return undefined;
  const { signal } = options;
  const { regions, notFound } = await readMemory(pid, { allocator, isJvm, jvm, inspect: async () => undefined, signal });
  const inMemory = regions.filter(({ rssBytes }) => rssBytes > 0);
  return { partsRssBytes: Object.fromEntries(inMemory.map(({ kind, rssBytes }) => [kind, rssBytes])), notFound };
}

async function readPlaces(pid: number, { asks, ...options }: AttachOptions & { asks: boolean }): Promise<JvmFacts | undefined> {
  const told = asks ? await askPlacesNow(pid, options).catch(noFactsOf) : noFacts;
  const facts = await withOwnPlaces(pid, told, options.signal);
  return facts.hasAnswered || facts.places.some(({ kind }) => kind === 'code cache') ? facts : undefined;
}

function noFactsOf(error: unknown): JvmFacts {
  if (!(error instanceof OffheapError) || error.code === 'NO_SUCH_PROCESS') throw error;
  return noFacts;
}
