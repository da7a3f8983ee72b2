import type { Timeline } from '../model/result.ts';
import { bytesPerMiB } from '../model/units.ts';

/** What is looked back on. */
export const steadyWindowMs = 1000;
/** RSS is steady when its highest and lowest value in the window lie no further apart than the larger of the two. What is below moves in any idle JVM. */
const steadyBytes = bytesPerMiB;
const steadyShare = 0.005;
/** Samples may be missing at both ends of the window on a busy machine. */
const slackMs = 250;

/** What RSS did in the window before a moment. */
export interface Movement {
  /** Its highest value less its lowest. */
  movedBytes: number;
  isSteady: boolean;
}

/** Undefined where the window is not covered by samples: the process is too young, or was not looked at. */
export function movementBefore({ atMs, rssBytes }: Pick<Timeline, 'atMs' | 'rssBytes'>, endMs: number): Movement | undefined {
  const startMs = endMs - steadyWindowMs;
  let first = atMs.length;
  while (first > 0 && (atMs[first - 1] ?? 0) >= startMs) first--;
  const [firstMs, lastMs] = [atMs[first], atMs.at(-1)];
  if (firstMs === undefined || lastMs === undefined) return undefined;
  if (firstMs > startMs + slackMs || lastMs < endMs - slackMs) return undefined;
  const window = rssBytes.slice(first);
  const lowest = window.reduce((a, b) => Math.min(a, b));
  const highest = window.reduce((a, b) => Math.max(a, b));
  const movedBytes = highest - lowest;
  return { movedBytes, isSteady: movedBytes <= Math.max(steadyBytes, highest * steadyShare) };
}
