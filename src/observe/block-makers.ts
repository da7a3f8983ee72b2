import type { AttachOptions } from '../jvm/attach.ts';
import { askBlockMakers, foundAmong, hierarchyCommand } from '../jvm/block-makers.ts';
import type { BlockMaker, FoundBlockMakers } from '../model/block-makers.ts';
import { OffheapError } from '../model/errors.ts';
import type { HeapInspection } from '../model/inspection.ts';
import { isSince } from '../model/jdk-releases.ts';
import { bytesPerMiB, formatCount, formatMiB } from '../model/units.ts';
import { blocksInUseBytes } from '../stats/process-figures.ts';
import { askClasses, type JvmFacts } from './jvm.ts';
import type { Looked } from './unknown.ts';

/** Of fewer bytes nobody asks whose they are. */
const leastBytes = 64 * bytesPerMiB;
/** A question stops the JVM for about a microsecond per class. */
const mostClasses = 30_000;
/** Of Java objects in use: to count them was measured at 0.2 ms for each MiB of them, on JDK 8. */
const mostHeapBytes = 128 * bytesPerMiB;

export interface BlockMakerClues {
  jvm: JvmFacts | undefined;
  inspection: HeapInspection | undefined;
  /** Its own libraries. */
  libraries: readonly string[];
}

/** Who of its Java code may have asked for malloc's blocks, where these are worth the question. @throws OffheapError NO_SUCH_PROCESS */
export async function readBlockMakers(
  pid: number,
  { jvm, inspection, libraries }: BlockMakerClues,
  options: AttachOptions,
): Promise<Looked<FoundBlockMakers>> {
  if (!jvm || jvm.failure) return { unknown: [] };
  if (!inspection || blocksInUseBytes(inspection) < leastBytes) return { unknown: [] };
  if (!jvm.commands.has(hierarchyCommand)) return countMakers(pid, jvm, options);
  const { classes = 0 } = jvm.metaspaceCounts ?? {};
  if (classes > mostClasses) {
    const detail = `There are ${formatCount(classes)} classes: to ask which of them are there would stop the JVM for long.`;
    return { unknown: [{ instrument: 'classes', code: 'too-many', detail }] };
  }
  const isPossible = (maker: BlockMaker) => {
    if (maker === 'FFM') return isSince(jvm.version ?? '', ['22']);
    return maker !== 'JNA' || libraries.some((path) => /jna|jnidispatch/.test(path));
  };
  return toLooked(await askBlockMakers(pid, options, isPossible));
}

/** By their objects, where these are few, or were counted already. */
async function countMakers(
  pid: number,
  { commands, classes, heap }: JvmFacts,
  options: AttachOptions,
): Promise<Looked<FoundBlockMakers>> {
  if (classes) return { value: foundAmong(classes), unknown: [] };
  if (!commands.has('GC.class_histogram') || heap.usedBytes === undefined) return { unknown: [] };
  if (heap.usedBytes <= mostHeapBytes) return toLooked(await countObjects(pid, options));
  const detail = `This JDK tells who asked for blocks of malloc by counting its objects alone: of ${formatMiB(heap.usedBytes)} MiB that would stop the JVM for long. --histogram does it.`;
  return { unknown: [{ instrument: 'classes', code: 'too-many', detail }] };
}

async function countObjects(pid: number, options: AttachOptions): Promise<FoundBlockMakers | undefined> {
  try {
    return foundAmong(await askClasses(pid, options));
  } catch (error) {
    if (!(error instanceof OffheapError) || error.code === 'NO_SUCH_PROCESS') throw error;
    return undefined;
  }
}

function toLooked(value: FoundBlockMakers | undefined): Looked<FoundBlockMakers> {
  return value === undefined ? { unknown: [{ instrument: 'classes', code: 'no-answer' }] } : { value, unknown: [] };
}
