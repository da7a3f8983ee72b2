import { parseInteger } from '../../model/units.ts';

/** Linux: PID_MAX_LIMIT. */
const largestPid = 2 ** 22;

export function parsePid(text: string): number {
  return parseInteger(text, 'PID', { min: 1, max: largestPid });
}
