import { type Mapping, SmapsParser } from '../parse/smaps.ts';
import { readProcPieces } from '../process/proc-file.ts';
import { explainProcError } from './identity.ts';

export function sumOf(mappings: readonly Mapping[], field: 'rssBytes' | 'swapBytes'): number {
  return mappings.reduce((sum, mapping) => sum + mapping[field], 0);
}

/** The mappings of a process, each with what of it is resident. What waits for this thread gets it between two pieces. @throws as readProcFile */
export async function readMappings(pid: number, signal?: AbortSignal): Promise<Mapping[]> {
  const parser = new SmapsParser();
  try {
    for await (const piece of readProcPieces(pid, 'smaps')) {
      signal?.throwIfAborted();
      parser.take(piece);
    }
  } catch (cause) {
    throw explainProcError(pid, 'smaps', cause);
  }
  return parser.end();
}
