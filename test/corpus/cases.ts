import { healthyCases } from './cases/healthy.ts';
import { blockCases } from './cases/java-blocks.ts';
import { heapCases } from './cases/java-heap.ts';
import { waitingCases } from './cases/java-waiting.ts';
import { jvmCases } from './cases/jvm.ts';
import { libraryCases } from './cases/libraries.ts';
import { moreReportCases } from './cases/more-reports.ts';
import { nativeCases } from './cases/native.ts';
import { reportCases } from './cases/reports.ts';
import { thirdReportCases } from './cases/third-reports.ts';
import { type Label, labels } from './labels.ts';
import type { Run } from './run.ts';
import type { Truth } from './truth.ts';

/** A program whose memory is known, and what is true of it, whatever the doctor says today. */
export interface Case extends Run {
  truth: Truth;
  /** The JDKs that it is run on; 17 when absent. */
  jdks?: readonly number[];
  /** Then it is looked at once more, twice, this time apart: both have to be right. */
  thenForMs?: number;
  /** Judged by `npm test` too: the doctor is right about it, and it is quick. */
  inSuite?: true;
}

export const cases: readonly Case[] = [
  ...labels.map(asCase),
  ...waitingCases,
  ...blockCases,
  ...heapCases,
  ...jvmCases,
  ...libraryCases,
  ...nativeCases,
  ...healthyCases,
  ...reportCases,
  ...moreReportCases,
  ...thirdReportCases,
];

/** What a label has first is its cause, and the rest of it is true as well. */
function asCase({ problems, notices, ...run }: Label): Case {
  const codes = [...problems, ...notices];
  const causes = (problems.length > 0 ? problems : notices).map((code) => ({ code }));
  const truth: Truth = codes.length === 0 ? 'healthy' : { right: causes, half: codes.map((code) => ({ code })) };
  return { ...run, truth, ...(truth === 'healthy' && run.forMs === undefined ? { thenForMs: 3000 } : {}) };
}
