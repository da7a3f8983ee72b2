import { type ClassCount, parseClassHistogram } from '../parse/class-histogram.ts';

export interface ZlibObjects {
  inflaters: number;
  deflaters: number;
}

/** Java objects that own a native zlib state, by a class histogram; undefined when the text is none. */
export function countZlibObjects(histogram: string | readonly ClassCount[]): ZlibObjects | undefined {
  const classes = typeof histogram === 'string' ? parseClassHistogram(histogram) : histogram;
  if (classes.length === 0) return undefined;
  const count = (wanted: string) => classes.find(({ className }) => className === wanted)?.instances ?? 0;
  return { inflaters: count('java.util.zip.Inflater'), deflaters: count('java.util.zip.Deflater') };
}
