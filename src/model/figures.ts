import { z } from 'zod';

/**
 * Figures of the files that are read, in the ranges that they can have: what is beyond was never measured, and is refused with where it is. JSON itself
 * has no infinity, but 1e999 reads as one.
 */
const mostBytes = 2 ** 63;
const whole = z.number().min(0).max(mostBytes).refine(Number.isInteger, 'Invalid input: expected a whole number');

export const bytes = whole;
export const count = whole;
/** Of a process of 64 bits; not every one is exact as a number. */
export const address = z
  .number()
  .min(0)
  .max(2 ** 64);
/** Up to some 285,000 years. */
export const milliseconds = z.number().min(0).max(Number.MAX_SAFE_INTEGER);
/** 0 to 1. */
export const share = z.number().min(0).max(1);
/** A difference, a ratio, or a median of any of these. */
export const figure = z.number().min(-mostBytes).max(mostBytes);
