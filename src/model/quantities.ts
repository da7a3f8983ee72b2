import type { Unit } from './guard.ts';

export interface Quantity {
  unit: Unit;
  /** For help: what it is, in a clause. */
  meaning: string;
}

/** Everything of a cell that a bound can be set to, by the name on the command line. stats/quantities.ts measures it. */
export const quantities = {
  retained: { unit: 'bytes', meaning: 'freed and kept: RSS that live bytes do not explain' },
  settled: { unit: 'bytes', meaning: 'RSS when all has settled' },
  native: { unit: 'bytes', meaning: 'RSS without the Java heap then' },
  live: { unit: 'bytes', meaning: 'live bytes then' },
  'live-growth': { unit: 'bytes', meaning: 'live bytes then, less those at baseline' },
  burst: { unit: 'bytes', meaning: 'RSS gained by the burst' },
  peak: { unit: 'bytes', meaning: 'highest RSS' },
  growth: { unit: 'bytesPerMinute', meaning: 'RSS gained per time in the second half of a burst of 10 s or more' },
  returned: { unit: 'share', meaning: 'share of the burst given back when settled' },
  'load-time': { unit: 'milliseconds', meaning: 'duration of the burst' },
  'cpu-time': { unit: 'milliseconds', meaning: "the program's processor time in it" },
  'minor-faults': { unit: 'count', meaning: 'page faults in it' },
  'major-faults': { unit: 'count', meaning: 'those that went to disk' },
} as const satisfies Record<string, Quantity>;

export type QuantityName = keyof typeof quantities;
