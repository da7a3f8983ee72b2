import type { Command } from 'commander';
import { OffheapError } from '../../model/errors.ts';
import { parseInteger, parsePercent } from '../../model/units.ts';
import { moreOption } from '../help/more-options.ts';

/** Options that say when a comparison has found out enough, and what it recommends. */
export interface DecisionOptions {
  repeats?: string;
  maxRepeats: string;
  maxCost: string;
  minSaving: string;
}

export interface DecisionRequest {
  repeats: number | undefined;
  maxRepeats: number | undefined;
  /** Shares. */
  maxCost: number;
  minSaving: number;
}

export function addDecisionOptions(command: Command): Command {
  return command
    .option('--repeats <n>', 'run each configuration n times (default: as often as it takes to decide)')
    .option('--max-cost <percent>', 'how much worse times and metrics may become', '5%')
    .addOption(moreOption('--max-repeats <n>', 'without --repeats: rounds after which it is undecided', '20'))
    .addOption(moreOption('--min-saving <percent>', 'how much of settled RSS has to be saved', '5%'));
}

export function parseDecision(
  { repeats, maxRepeats, maxCost, minSaving }: DecisionOptions,
  isGiven: (name: string) => boolean,
): DecisionRequest {
  if (repeats !== undefined && isGiven('maxRepeats'))
    throw new OffheapError('USAGE', 'Expected either --repeats, which are run whatever they show, or --max-repeats.');
  const bounds = { min: 1, max: 1000 };
  return {
    repeats: repeats === undefined ? undefined : parseInteger(repeats, '--repeats', bounds),
    maxRepeats: repeats === undefined ? parseInteger(maxRepeats, '--max-repeats', bounds) : undefined,
    maxCost: parsePercent(maxCost, '--max-cost', { most: 10_000 }),
    minSaving: parsePercent(minSaving, '--min-saving', { most: 99 }),
  };
}
