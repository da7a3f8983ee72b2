import type { Finding } from '../../src/model/doctor.ts';
import type { Announced } from './start.ts';
import type { Cause, Truth } from './truth.ts';

/** Whether the doctor was right about a program whose memory is known, the best first. The rules are those of `judge`, and in docs/accuracy.md. */
export const verdicts = ['right', 'half', 'blind', 'wrong', 'false alarm'] as const;
export type Verdict = (typeof verdicts)[number];

export interface Judgement {
  verdict: Verdict;
  /** Why it is not right. */
  because?: string;
  /** Of the number that the finding of the true cause has, as a share of the true one; absent where nobody knows that. */
  numberError?: number;
}

/** Its main number may be so far from the true one. */
const numberTolerance = 0.1;

/**
 * - *false alarm*: a healthy program, and a problem is found;
 * - *right*: the first finding names the true cause, and its number is within a tenth of what the program has counted itself;
 * - *half*: the first finding is true and not the cause, or less than it; or names the cause with another number; or only a note names the cause;
 * - *wrong*: the first finding is neither;
 * - *blind*: nothing was found, or only that there is not enough evidence.
 */
export function judge(truth: Truth, announced: Announced, findings: readonly Finding[]): Judgement {
  const [first] = findings;
  if (truth === 'healthy') {
    return first?.severity === 'problem' ? { verdict: 'false alarm', because: `problem ${first.code}` } : { verdict: 'right' };
  }
  if (first === undefined || findings.every(({ code }) => code === 'not-enough-evidence')) {
    return { verdict: 'blind', because: first === undefined ? 'nothing was found' : 'not enough evidence' };
  }
  const cause = truth.right.find((one) => names(first, one));
  if (cause !== undefined) return judgeNumber(first, cause.number, announced);
  const then = findings.find((finding) => truth.right.some((one) => names(finding, one)));
  const after = then === undefined ? '' : `, and the cause after it: ${then.code}`;
  if (truth.half.some((one) => names(first, one))) return { verdict: 'half', because: `first ${first.code}${after}` };
  return { verdict: 'wrong', because: `first ${first.code}${after}` };
}

/** What a heap uses is what the program knows; what a container holds, and what another allocator did not give back, it does not. */
const numbers = new Map<string, string | null>([
  ['java-heap-dominates', 'usedBytes'],
  ['near-limit', null],
  ['allocator-idle', null],
]);

function judgeNumber(finding: Finding, number: string | null | undefined, { bytes, bytesPerMinute }: Announced): Judgement {
  const ofCode = numbers.get(finding.code);
  const usual = bytesPerMinute !== undefined ? 'bytesPerMinute' : ofCode === undefined ? 'bytes' : ofCode;
  const key = number === undefined ? usual : number;
  const expected = bytesPerMinute ?? bytes;
  if (expected === undefined || key === null) return { verdict: 'right' };
  const found = finding.evidence[key];
  if (typeof found !== 'number') return { verdict: 'half', because: `${finding.code} has no number` };
  const numberError = (found - expected) / expected;
  if (Math.abs(numberError) <= numberTolerance) return { verdict: 'right', numberError };
  return { verdict: 'half', because: `${finding.code}, number off`, numberError };
}

/** By its code, and by what it says to people. */
function names(finding: Finding, { code, says, saysNot }: Cause): boolean {
  if (code !== undefined && finding.code !== code) return false;
  const text = [finding.summary, ...finding.fixes.map(({ action }) => action)].join(' ');
  return (says === undefined || says.test(text)) && !(saysNot?.test(text) ?? false);
}
