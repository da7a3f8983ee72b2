import { parseKiBFields } from '../parse/proc-fields.ts';
import { readForeignFileSync } from './foreign-file.ts';

const maxFileBytes = 16 * 1024;

/** What of the host's swap is free: 0 where it has none, undefined where that may not be read. */
export function readFreeSwap(): number | undefined {
  try {
    return parseKiBFields(readForeignFileSync('/proc/meminfo', maxFileBytes)).get('SwapFree');
  } catch {
    return undefined;
  }
}
