import type { Pressure } from '../model/container.ts';
import { parsePressure } from '../parse/pressure.ts';
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

/** How long tasks of the host have waited for memory; undefined where the kernel does not count it. */
export function readHostPressure(): Pressure | undefined {
  try {
    return parsePressure(readForeignFileSync('/proc/pressure/memory', maxFileBytes));
  } catch {
    return undefined;
  }
}
