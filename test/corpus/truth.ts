import type { FindingCode } from '../../src/model/doctor.ts';

/** What a finding has to be, or to say to people in its summary or cures, to name a cause. */
export interface Cause {
  code?: FindingCode;
  says?: RegExp;
  saysNot?: RegExp;
  /** Where in the finding's evidence its main number is; `null` where the program does not know what it is a number of. */
  number?: string | null;
}

/** What is true of a program: that nothing is wrong, or what its memory is due to. */
export type Truth =
  | 'healthy'
  | {
      /** Any of these names the cause. */
      right: readonly Cause[];
      /** True as well, but not the cause, or too little of it. */
      half: readonly Cause[];
    };
