import type { Cell, Comparison, Decision, DecisionRules } from '../model/result.ts';
import { compareRatios, compareToReference, type Pair, pairCells, roundsUntilApart, settledOf } from './compare.ts';

/** Below this share of the reference nobody changes a setting, and a JVM moves as much by itself. */
export const defaultRules: DecisionRules = { minSaving: 0.05, maxCost: 0.05 };
/** That any statement of a run is wrong, at whichever round it ends. */
const familyRisk = 0.05;
/** An instrument of this tool and no allocator for production: every block takes a mapping, and the kernel limits their number. */
export const instruments: ReadonlySet<string> = new Set(['mmap']);

export interface DecisionOptions {
  /** Keys of all configurations of the plan, in the order of the tables. */
  order: readonly string[];
  /** The key of the one that the others are compared with. */
  reference: string;
  rules?: DecisionRules;
}

export interface Judgement {
  /** By key: of each configuration that has a cell in a round with the reference's. */
  comparisons: ReadonlyMap<string, Comparison>;
  decision: Decision;
  /** Keys of the configurations, the reference among them, that another round would tell more of; empty when all is decided. */
  open: string[];
}

/** A configuration that may be recommended. */
interface Candidate {
  key: string;
  comparison: Comparison;
}

/**
 * Which configuration to run: the one with the smallest settled RSS of those that are shown to save `minSaving` of the reference's, and to cost no more than
 * `maxCost` in load time, processor time and each metric. A configuration with a cell that is not ok is none. What a configuration is dropped for, and what it is chosen
 * for, are intervals that hold at whichever round the run ends, so the rounds may end by what they say (a race: Maron and Moore, Hoeffding Races, 1994).
 */
export function decide(cells: readonly Cell[], { order, reference, rules = defaultRules }: DecisionOptions): Judgement {
  const risk = familyRisk / Math.max(1, order.length - 1);
  const ofReference = cellsOf(cells, reference);
  const comparisons = new Map(
    order.flatMap((key) => {
      const comparison =
        key === reference ? undefined : compareToReference(cellsOf(cells, key), ofReference, { reference, rules, risk });
      return comparison ? [[key, comparison] as const] : [];
    }),
  );
  const told = (state: Decision['state'], open: string[] = [], more: Partial<Decision> = {}): Judgement => ({
    comparisons,
    decision: { rules, reference, state, ...more },
    open,
  });
  if (!ofReference.some(({ state }) => state === 'ok'))
    return told('none', [], { reason: `The reference, ${reference}, has no cell that is ok.` });
  const isChoice = choiceAgainst(ofReference);
  const hasOther = cells.some((cell) => cell.configuration !== reference && cell.state === 'ok' && isChoice(cell));
  if (!hasOther) return told('none', [], { reason: 'There is no other configuration to compare it with.' });

  // One cell that is not ok is enough: what fails now and then is nothing to ship.
  const candidates = [...comparisons].flatMap(([key, comparison]) =>
    cellsOf(cells, key).every((cell) => cell.state === 'ok' && isChoice(cell)) ? [{ key, comparison }] : [],
  );
  const possible = candidates.filter(({ comparison }) => isPossible(comparison)).sort(bySize);
  const best = possible.find(({ comparison }) => isProven(comparison));
  const others = { cells, rules, risk };
  const rivals = possible.filter((candidate) => candidate !== best && !isBeaten(candidate, best, others));
  if (rivals.length === 0) return best ? told('change', [], { configuration: best.key }) : told('keep');
  const open = [reference, ...(best ? [best.key] : []), ...rivals.map(({ key }) => key)];
  const looksBest = possible.find((candidate) => looksGood(candidate, rules));
  const more = looksBest ? { configuration: looksBest.key } : {};
  const haveBounds = candidates.some(({ comparison }) => comparison.verdict !== 'too few rounds');
  if (!haveBounds) return told('candidate', open, more);
  const roundsToTell = roundsNeeded(rivals, best, others);
  return told('undecided', open, { ...more, ...(roundsToTell === undefined ? {} : { roundsToTell }) });
}

/** An instrument is no choice but among programs that all run under it. */
function choiceAgainst([reference]: readonly Cell[]): (cell: Cell) => boolean {
  return ({ allocator }) => !instruments.has(allocator) || allocator === reference?.allocator;
}

function isPossible({ verdict, costs }: Comparison): boolean {
  return verdict !== 'not smaller' && verdict !== 'larger' && costs.every(({ judgement }) => judgement !== 'above');
}

function isProven({ verdict, costs }: Comparison): boolean {
  return verdict === 'smaller' && costs.every(({ judgement }) => judgement === 'within');
}

/** By the means alone: what a direction rests on that is no proof. */
function looksGood({ comparison: { settledRatio, costs } }: Candidate, { minSaving, maxCost }: DecisionRules): boolean {
  const isCheap = ({ ratio: { mean }, better }: Comparison['costs'][number]) =>
    (better === 'lower' || mean >= 1 / (1 + maxCost)) && (better === 'higher' || mean <= 1 + maxCost);
  return settledRatio.mean <= 1 - minSaving && costs.every(isCheap);
}

interface Others {
  cells: readonly Cell[];
  rules: DecisionRules;
  risk: number;
}

/** Whether it is shown not to save as much more than the best as one would change a setting for. */
function isBeaten({ key }: Candidate, best: Candidate | undefined, { cells, rules, risk }: Others): boolean {
  if (!best) return false;
  const { low } = compareRatios(settledPairs(cells, key, best.key), risk) ?? {};
  return low !== undefined && low >= 1 - rules.minSaving;
}

function bySize(a: Candidate, b: Candidate): number {
  return a.comparison.settledRatio.mean - b.comparison.settledRatio.mean;
}

/** Until each rival is known to be better than the best, or not; without one, until each is known to be worth a setting or not. */
function roundsNeeded(
  rivals: readonly Candidate[],
  best: Candidate | undefined,
  { cells, rules, risk }: Others,
): number | undefined {
  const rounds = rivals.map(({ key, comparison }) =>
    best && isProven(comparison)
      ? roundsUntilApart(settledPairs(cells, key, best.key), 1 - rules.minSaving, risk)
      : comparison.roundsToTell,
  );
  return rounds.some((count) => count === undefined) ? undefined : Math.max(...rounds.flatMap((count) => count ?? []));
}

function settledPairs(cells: readonly Cell[], key: string, otherKey: string): Pair[] {
  return pairCells(cellsOf(cells, key), cellsOf(cells, otherKey), settledOf);
}

function cellsOf(cells: readonly Cell[], key: string): Cell[] {
  return cells.filter(({ configuration }) => configuration === key);
}
