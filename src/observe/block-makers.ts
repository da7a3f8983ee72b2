import type { AttachOptions } from '../jvm/attach.ts';
import { askBlockMakers, hierarchyCommand } from '../jvm/block-makers.ts';
import type { BlockMaker } from '../model/block-makers.ts';
import type { HeapInspection } from '../model/inspection.ts';
import { isSince } from '../model/jdk-releases.ts';
import { bytesPerMiB, formatCount } from '../model/units.ts';
import { blocksInUseBytes } from '../stats/process-figures.ts';
import type { JvmFacts } from './jvm.ts';
import type { Looked } from './unknown.ts';

/** Of fewer bytes nobody asks whose they are. */
const leastBytes = 64 * bytesPerMiB;
/** A question stops the JVM for about a microsecond per class. */
const mostClasses = 30_000;

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
): Promise<Looked<BlockMaker[]>> {
  if (!jvm?.commands.has(hierarchyCommand) || jvm.failure) return { unknown: [] };
  if (!inspection || blocksInUseBytes(inspection) < leastBytes) return { unknown: [] };
  const { classes = 0 } = jvm.metaspaceCounts ?? {};
  if (classes > mostClasses) {
    const detail = `There are ${formatCount(classes)} classes: to ask which of them are there would stop the JVM for long.`;
    return { unknown: [{ instrument: 'classes', code: 'too-many', detail }] };
  }
  const isPossible = (maker: BlockMaker) => {
    if (maker === 'FFM') return isSince(jvm.version ?? '', ['22']);
    return maker !== 'JNA' || libraries.some((path) => /jna|jnidispatch/.test(path));
  };
  const value = await askBlockMakers(pid, options, isPossible);
  return value === undefined ? { unknown: [{ instrument: 'classes', code: 'no-answer' }] } : { value, unknown: [] };
}
