import { OffheapError } from '../model/errors.ts';
import { type Mapping, SmapsParser } from '../parse/smaps.ts';
import { readSmapsPieces } from '../process/proc-file.ts';
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
 * The mappings of a process, each with what of it is resident. What waits for this thread gets it between two pieces.
 *
 * @throws as readProcFile; OffheapError INSPECT_FAILED when the time is up
 */
export async function readMappings(pid: number, { signal, timeoutMs = longestMs }: MappingsOptions = {}): Promise<Mapping[]> {
  const parser = new SmapsParser();
  const deadline = performance.now() + timeoutMs;
  try {
    for await (const piece of readSmapsPieces(pid, signal)) {
      parser.take(piece);
      if (performance.now() > deadline) throw tooSlow(pid, timeoutMs);
    }
  } catch (cause) {
    throw explainProcError(pid, 'smaps', cause);
  }
  return parser.end();
}

function tooSlow(pid: number, timeoutMs: number): OffheapError {
  return new OffheapError(
    'INSPECT_FAILED',
    `Expected to read /proc/${pid}/smaps in ${timeoutMs / 1000} s, but that did not suffice. Try again when the machine is less busy.`,
  );
}
