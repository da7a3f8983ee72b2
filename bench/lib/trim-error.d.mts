import type { Glibc } from '../../scripts/glibcs/open.mjs';
import type { HeapInspection } from '../../src/model/inspection.ts';
import type { TrimKind } from './trim-kinds.mjs';

export interface TrimRun {
  seed: number;
  rssBytes: number;
  predictedBytes: number;
  returnedBytes: number;
  /** Predicted less given back, as a share of RSS. */
  errorShare: number;
  /** What a look right after would predict. */
  freeAgainBytes: number;
  minorFaults: number;
  durationMs: number;
  consistency: number;
  unfollowedLists: number;
  unreadableBytes: number;
}
export function compileHeaps(glibc: Glibc, folder: string): (kind: TrimKind) => string;
export function measureTrim(
  inspect: (pid: number, options: { budgetMs: number }) => Promise<HeapInspection>,
  program: string,
  run: { version: string; kind: TrimKind; seed: number },
): Promise<TrimRun>;
