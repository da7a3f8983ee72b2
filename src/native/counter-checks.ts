import { counterWriters } from '../model/counters.ts';
import { printable } from '../model/printable.ts';
import type { NativeBinding, NativeCounterMap } from './binding.ts';

/** What a page says that no page can; a part of a sentence each. */
export interface Contradiction {
  what: string;
  expected: string;
  found: string;
}

/** PID_MAX_LIMIT of the kernel, on 64-bit machines. */
const maxPid = 4_194_304;
/** The end of the year 9999; later dates have another form. */
const maxUnixMs = 253_402_300_799_999;
/** Parts of a reading are some microseconds apart. What counts up may be less than nothing by as much as was done meanwhile. */
const mostMeanwhile = 1_000_000;

/** The part of a header that the addon takes as it is. */
export function checkInfo({ pid, createdTicks, createdUnixMs, writer }: NativeCounterMap['info']): Contradiction | undefined {
  if (!isWithin(pid, 1, maxPid)) return { what: 'pid', expected: `from 1 to ${maxPid}`, found: String(pid) };
  if (!isWithin(createdTicks, 0, Number.MAX_SAFE_INTEGER))
    return { what: 'start time in clock ticks', expected: 'below 2^53', found: String(createdTicks) };
  if (!isWithin(createdUnixMs, 0, maxUnixMs))
    return { what: 'date', expected: 'in the years 1970 to 9999', found: `${createdUnixMs} ms from 1970` };
  if ((counterWriters as readonly string[]).includes(writer)) return undefined;
  return { what: 'writer', expected: counterWriters.join(' or '), found: writer === '' ? 'none' : printable(writer) };
}

/** Of random numbers of 64 bits one of 1,024 is small enough. Levels are sums of what threads add and take away, and peaks follow them. */
export function checkCells(cells: Float64Array, fields: NativeBinding['counterPage']['fields']): Contradiction | undefined {
  for (const { name, kind, firstCell, width } of fields) {
    const least = kind === 'counter' ? -mostMeanwhile : -Number.MAX_SAFE_INTEGER;
    for (const value of cells.subarray(firstCell, firstCell + width)) {
      if (isWithin(value, least, Number.MAX_SAFE_INTEGER)) continue;
      const expected = kind === 'counter' ? 'from 0 to 2^53' : 'from -2^53 to 2^53';
      return { what: name, expected, found: String(value) };
    }
  }
  return undefined;
}

function isWithin(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}
