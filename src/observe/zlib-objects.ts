import type { ClassCount } from '../parse/class-histogram.ts';

export interface ZlibObjects {
  inflaters: number;
  deflaters: number;
}

/** Java objects that own a native zlib state; undefined of an empty histogram, since no heap is without classes. */
export function countZlibObjects(classes: readonly ClassCount[]): ZlibObjects | undefined {
  if (classes.length === 0) return undefined;
  const count = (wanted: string) => classes.find(({ className }) => className === wanted)?.instances ?? 0;
  return { inflaters: count('java.util.zip.Inflater'), deflaters: count('java.util.zip.Deflater') };
}
