import { OffheapError } from '../model/errors.ts';
import { readMappingPieces } from '../native/mappings.ts';
import type { Mapping } from '../parse/smaps.ts';
import { threadFolder } from '../process/living-thread.ts';
import { maxProcBytes } from '../process/proc-file.ts';
import { explainProcError } from './identity.ts';

export function sumOf(
  mappings: readonly Mapping[],
  field: 'rssBytes' | 'swapBytes' | 'hugetlbBytes' | 'hugeBytes' | 'lazyFreeBytes',
): number {
  return mappings.reduce((sum, mapping) => sum + mapping[field], 0);
}

/** The kernel's own time for as much as is read of it is two seconds; the rest is for a busy machine. */
const longestMs = 20_000;

export interface MappingsOptions {
  /** Calls it off: it rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  timeoutMs?: number;
}

/**
 * The mappings of a process, each with what of it is resident. Where its first thread has ended they are those of one that lives. What waits for this thread gets it
 * between two pieces.
 *
 * @throws as readProcFile; OffheapError INSPECT_FAILED when the time is up
 */
export async function readMappings(pid: number, { signal, timeoutMs = longestMs }: MappingsOptions = {}): Promise<Mapping[]> {
  const deadline = performance.now() + timeoutMs;
  const mappings: Mapping[] = [];
  const readIn = async (folder: string) => {
    for await (const piece of readMappingPieces(`${folder}/smaps`, maxProcBytes.smaps, signal)) {
      mappings.push(...piece);
      if (performance.now() > deadline) throw tooSlow(pid, timeoutMs);
    }
  };
  try {
    await readIn(`/proc/${pid}`);
    const folder = mappings.length === 0 ? threadFolder(pid) : undefined;
    if (folder !== undefined) await readIn(folder);
  } catch (cause) {
    throw explainProcError(pid, 'smaps', cause);
  }
  return mappings;
}

function tooSlow(pid: number, timeoutMs: number): OffheapError {
  return new OffheapError(
    'INSPECT_FAILED',
    `Expected to read /proc/${pid}/smaps in ${timeoutMs / 1000} s, but that did not suffice. Try again when the machine is less busy.`,
  );
}
