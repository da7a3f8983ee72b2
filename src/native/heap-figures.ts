import type { HeapFigures } from '../model/inspection.ts';
import type { NativeHeapFigure } from './binding.ts';
import { toCamelCase } from './camel-case.ts';

export interface ReadFigures {
  figures: HeapFigures;
  /** Share of the heap whose chunks held together. */
  consistency: number;
}

/**
 * Makes objects of the inspector's numbers. Names and their order come from the addon, that is from native/inspect/heap_figures.h; they are
 * made once, for there may be 100,000 arenas.
 */
export function figuresReader(fields: readonly NativeHeapFigure[]): (values: Float64Array) => ReadFigures {
  const named = fields.map(({ group, name }) => ({ group, name: toCamelCase(name) }));
  return (values) => toFigures(named, values);
}

function toFigures(fields: readonly NativeHeapFigure[], values: Float64Array): ReadFigures {
  const figures: Record<string, unknown> = {};
  const residentFree: Record<string, number> = {};
  let doubtfulBytes = 0;
  for (const [index, { group, name }] of fields.entries()) {
    const value = values[index] ?? 0;
    if (group === 'heap') figures[name] = value;
    else if (group === 'reading') doubtfulBytes += value;
    else {
      residentFree[name] = value;
      figures['residentFree'] = residentFree;
    }
  }
  // A test compares these keys with the schema's.
  const read = figures as unknown as HeapFigures;
  return { figures: read, consistency: consistencyOf(read, doubtfulBytes) };
}

function consistencyOf({ sizeBytes, unreadableBytes }: HeapFigures, doubtfulBytes: number): number {
  return sizeBytes === 0 ? 1 : Math.max(0, 1 - (unreadableBytes + doubtfulBytes) / sizeBytes);
}
