import type { FindingCode } from '../../../src/model/doctor.ts';
import type { Cause, Truth } from '../truth.ts';

const byCode = (codes: readonly FindingCode[]): Cause[] => codes.map((code) => ({ code }));

/** The finding of a code is the cause; others are true as well. */
export const dueTo = (code: FindingCode, ...half: FindingCode[]): Truth => ({ right: [{ code }], half: byCode(half) });

/** Whatever its code, it has to name the cause to people; the findings of some codes are true, and too little. */
export const named = (says: RegExp, ...half: FindingCode[]): Truth => ({ right: [{ says }], half: byCode(half) });

/** zlib's states that the program holds on to. That they wait for a GC is false. */
export const heldStates: Truth = {
  right: [
    { code: 'zlib-held' },
    {
      says: /\b(?:holds?|held|holding)\b[^.]*\b(?:Inflaters?|Deflaters?|zlib)|(?:Inflaters?|Deflaters?|zlib states?)[^.]*\b(?:are held|is held|held by)/i,
      saysNot: /Only a GC can free them/,
    },
  ],
  half: [{ code: 'live-malloc' }, { code: 'waiting-for-gc', says: /or the program holds them/ }],
};

/** Much of the heap is free or garbage, and the collector keeps it: to say that it is used, and no more, is half of it. */
export const emptyHeap: Truth = {
  right: [
    {
      code: 'java-heap-dominates',
      says: /\b(?:at most|garbage|give[sn]? (?:it |them )?back|uncommit|not in use|free)\b/i,
      // What the collector keeps of it is its own affair.
      number: null,
    },
  ],
  half: [{ code: 'java-heap-dominates' }],
};
