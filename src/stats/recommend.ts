import type { Cell, ConfigurationSummary, Metric, ResultFile } from '../model/result.ts';
import { burstUse } from './returned.ts';

/** Below this share of the reference nobody changes a setting, and a JVM moves as much by itself. */
const smallestSavingShare = 0.05;
/** What two runs of the same may differ by where repeats do not tell more: two or three runs show less than there is. */
const leastNoiseShare = 0.05;
/** With fewer pairs chance alone could explain any difference: compare.ts. */
const firmRepeats = 6;
/** An instrument of this tool and no allocator for production: every block takes a mapping, and the kernel limits their number. */
export const instruments: ReadonlySet<string> = new Set(['mmap']);

export interface CostChange {
  /** `load time`, `CPU time`, or the name of a metric. */
  name: string;
  /** Over the reference's; 1 is the same. */
  ratio: number;
  /** What the reference differs by from itself, as a share; the ratio may leave 1 by so much. */
  noise: number;
  /** `unknown`: it changed by more than the noise, and nothing says which way is better. */
  judgement: 'within noise' | 'better' | 'worse' | 'unknown';
}

export interface Candidate {
  configuration: string;
  settledBytes: number;
  /** Settled RSS of the reference less its own. */
  savedBytes: number;
  costs: CostChange[];
}

export type Recommendation =
  | { kind: 'change'; reference: string; referenceBytes: number; choice: Candidate; smallerButCostly: Candidate[]; firm: boolean }
  | { kind: 'keep'; reference: string; smallerButCostly: Candidate[]; firm: boolean }
  /** The reference has no cell that is ok, or there is nothing to compare it with. */
  | { kind: 'unknown'; reason: string };

/**
 * The smallest settled RSS whose cost is within the noise of the reference. A saving counts from 5 % of the reference on, and from what the reference's
 * own cells differ by; a configuration with a cell that is not ok is no candidate.
 */
export function recommend({ cells, summary, plan }: ResultFile): Recommendation {
  const key = plan?.reference ?? 'glibc';
  const reference = summary.find(({ configuration }) => configuration === key);
  const referenceBytes = reference?.figures.settledBytes?.median;
  if (!reference || referenceBytes === undefined)
    return { kind: 'unknown', reason: `The reference, ${key}, has no cell that is ok.` };
  const others = summary.filter(
    (candidate) => candidate !== reference && candidate.okCells > 0 && !instruments.has(allocatorOf(cells, candidate)),
  );
  if (others.length === 0) return { kind: 'unknown', reason: 'There is no other configuration to compare it with.' };

  const ofReference = okCells(cells, key);
  const worthwhile = Math.max(smallestSavingShare * referenceBytes, spreadOf(ofReference.flatMap(settledOf)));
  const smaller = others
    .filter((configuration) => configuration.okCells === configuration.cells)
    .flatMap((configuration) => toCandidate(configuration, referenceBytes, ofReference))
    .filter(({ savedBytes }) => savedBytes >= worthwhile)
    .sort((a, b) => a.settledBytes - b.settledBytes);
  const choice = smaller.find(({ costs }) => costs.every(isAffordable));
  const smallerButCostly = smaller.slice(0, choice ? smaller.indexOf(choice) : undefined);
  const firm = reference.okCells >= firmRepeats;
  if (!choice) return { kind: 'keep', reference: key, smallerButCostly, firm };
  return { kind: 'change', reference: key, referenceBytes, choice, smallerButCostly, firm };
}

function toCandidate(
  { configuration, figures, comparison }: ConfigurationSummary,
  referenceBytes: number,
  ofReference: readonly Cell[],
): Candidate[] {
  const settledBytes = figures.settledBytes?.median;
  if (settledBytes === undefined) return [];
  const { burstMsRatio, burstCpuRatio, metricRatios = {} } = comparison ?? {};
  const costs: CostChange[] = [
    ...change(
      'load time',
      burstMsRatio?.median,
      ofReference.flatMap(({ burstMs }) => burstMs ?? []),
      'lower',
    ),
    ...change(
      'CPU time',
      burstCpuRatio?.median,
      ofReference.flatMap((cell) => burstUse(cell, 'cpuMs') ?? []),
      'lower',
    ),
    ...Object.entries(metricRatios).flatMap(([name, { median }]) => {
      const values = ofReference.flatMap((cell) => cell.metrics?.[name] ?? []);
      return change(
        name,
        median,
        values.map(({ value }) => value),
        values.find(({ better }) => better !== undefined)?.better,
      );
    }),
  ];
  return [{ configuration, settledBytes, savedBytes: referenceBytes - settledBytes, costs }];
}

function change(name: string, ratio: number | undefined, own: readonly number[], better: Metric['better']): CostChange[] {
  if (ratio === undefined) return [];
  const largest = Math.max(...own.map(Math.abs));
  const noise = Math.max(leastNoiseShare, largest > 0 ? spreadOf(own) / largest : 0);
  return [{ name, ratio, noise, judgement: judge(ratio, noise, better) }];
}

/** Both bounds belong to the noise. */
function judge(ratio: number, noise: number, better: Metric['better']): CostChange['judgement'] {
  if (ratio >= 1 - noise && ratio <= 1 + noise) return 'within noise';
  if (better === undefined) return 'unknown';
  return ratio > 1 === (better === 'higher') ? 'better' : 'worse';
}

function isAffordable({ judgement }: CostChange): boolean {
  return judgement === 'within noise' || judgement === 'better';
}

function okCells(cells: readonly Cell[], configuration: string): Cell[] {
  return cells.filter((cell) => cell.configuration === configuration && cell.state === 'ok');
}

function settledOf({ phases }: Cell): number[] {
  return phases.settled ? [phases.settled.rssBytes] : [];
}

function spreadOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : Math.max(...values) - Math.min(...values);
}

function allocatorOf(cells: readonly Cell[], { configuration }: ConfigurationSummary): string {
  return cells.find((cell) => cell.configuration === configuration)?.allocator ?? '';
}
