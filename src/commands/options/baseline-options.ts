import type { Command } from 'commander';
import type { GuardOptions } from '../../api/guard.ts';
import { OffheapError } from '../../model/errors.ts';
import { parseInteger, quote } from '../../model/units.ts';

/** Options of a comparison with an earlier result. */
export interface BaselineOptions {
  baseline?: string;
  maxRegression?: string[];
  repeats: string;
}

export function addBaselineOptions(command: Command): Command {
  const collect = (value: string, values: string[] = []) => [...values, value];
  return command
    .option('--baseline <file>', 'compare with this raw result of guard or compare')
    .option('--max-regression <share>', 'how much worse: 5%, or of one figure settled=3%', collect)
    .option('--repeats <n>', 'run it n times: bounds are on medians', '1');
}

type Comparison = Pick<GuardOptions, 'baseline' | 'maxRegression' | 'maxRegressionOf' | 'repeats'>;

/** @throws OffheapError USAGE, and what a file that is no result is refused with */
export async function parseBaseline({ baseline, maxRegression = [], repeats }: BaselineOptions): Promise<Comparison> {
  const { mostGuardRepeats } = await import('../../api/guard.ts');
  const count = parseInteger(repeats, '--repeats', { min: 1, max: mostGuardRepeats });
  if (baseline === undefined && maxRegression.length === 0) return { repeats: count };
  if (baseline === undefined)
    throw new OffheapError('USAGE', 'Expected --max-regression with --baseline=FILE, a raw result of guard or compare.');
  if (maxRegression.length === 0)
    throw new OffheapError('USAGE', 'Expected --baseline with --max-regression, such as --max-regression=5%.');
  const limits = maxRegression.map(parseLimit);
  const { readResult } = await import('../../experiment/resume.ts');
  return {
    baseline: await readResult(baseline),
    maxRegression: limits.find(({ name }) => name === undefined)?.share,
    maxRegressionOf: Object.fromEntries(limits.flatMap(({ name, share }) => (name === undefined ? [] : [[name, share]]))),
    repeats: count,
  };
}

function parseLimit(text: string): { name: string | undefined; share: number } {
  const [, name, percent = ''] = /^(?:([A-Za-z][\w.-]*)=)?(\d+(?:\.\d+)?) ?%$/.exec(text) ?? [];
  const share = Number(percent) / 100;
  if (share > 0 && share <= 100) return { name, share };
  throw new OffheapError('USAGE', `Expected --max-regression to be a share such as 5% or settled=3%, got ${quote(text)}.`);
}
