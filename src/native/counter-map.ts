import { loadBinding, type NativeCounterMap } from './binding.ts';
import { checkInfo } from './counter-checks.ts';
import { toContradictionError, toCounterError } from './counter-errors.ts';

/** Maps a counter page whose header can be believed. @throws OffheapError NO_PERMISSION, or COUNTERS_… */
export function mapPage(path: string): NativeCounterMap {
  const { map, ...verdict } = loadBinding().mapCounters(path);
  if (!map) throw toCounterError(path, verdict);
  const contradiction = checkInfo(map.info);
  if (!contradiction) return map;
  map.close();
  throw toContradictionError(path, contradiction);
}
