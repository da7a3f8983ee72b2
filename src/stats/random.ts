import { xoroshiro128plus } from 'pure-rand';

const range = 2 ** 32;

/** Uniform numbers in [0, 1) that are the same for the same seed: an order or an interval can be had again. */
export function seededRandom(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  return () => (generator.unsafeNext() >>> 0) / range;
}
