// Tables and verdicts of a section, from cells of paired rounds.
import { markdownTable } from 'markdown-table';
import { medianOf, ratioOf, valuesOf } from './estimate.mjs';

/** With fewer pairs an interval says less than it seems to. */
const fewestPairs = 5;
const missing = '–';

/**
 * A row per variant: the median of a figure, and its ratio to the first variant's, round by round.
 *
 * @param figures `{ key, head, format }`
 */
export function variantTable(cells, variants, figures) {
  const [reference] = variants;
  const rows = variants.map((variant) => [
    variant,
    ...figures.flatMap(({ key, format }) => {
      const own = valuesOf(cells, variant, key);
      const estimate = medianOf(own);
      if (!estimate) return [missing, missing];
      const ratio = variant === reference ? undefined : ratioOf(own, valuesOf(cells, reference, key));
      return [interval(estimate, format), ratio ? times(ratio) : missing];
    }),
  ]);
  const head = ['', ...figures.flatMap(({ head: name }) => [name, `/ ${reference}`])];
  return markdownTable([head, ...rows], { align: ['l', ...head.slice(1).map(() => 'r')] });
}

/** The ratio of two variants of a figure against an aim, as a line: met or missed when the whole interval is on one side. */
export function aimLine(text, estimate, isMetBy) {
  return `- ${text}: ${judge(estimate, isMetBy)}${estimate ? `, ${times(estimate)}` : ''}.`;
}

/**
 * How far a thing is from itself, measured twice in each round (`again` is the same variant under another name): what the machine adds to the ratios
 * beside it.
 */
export function noiseLine(cells, reference, again, key) {
  const ratio = ratioOf(valuesOf(cells, again, key), valuesOf(cells, reference, key));
  return `Noise: ${reference} beside itself in the same rounds, ${ratio ? times(ratio) : missing}.`;
}

export function judge(estimate, isMetBy) {
  if (!estimate || estimate.samples < fewestPairs) return '**too few rounds to tell**';
  if (isMetBy(estimate.low) && isMetBy(estimate.high)) return '**met**';
  return isMetBy(estimate.low) || isMetBy(estimate.high) ? '**not decided**, the interval has the aim inside' : '**missed**';
}

export function interval({ median, low, high }, format) {
  return `${format(median)} (${format(low)} to ${format(high)})`;
}

export function times({ median, low, high }) {
  return `${fixed(median)}× (${fixed(low)} to ${fixed(high)})`;
}

/** Three significant digits, with thousands separators. */
export function fixed(number) {
  if (!Number.isFinite(number)) return '∞';
  return number.toLocaleString('en-US', Math.abs(number) < 100 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 });
}

/** What gave no figure, and why. */
export function problemLines(cells) {
  const counts = new Map();
  for (const { variant, state, reason } of cells.filter((cell) => cell.state !== 'ok')) {
    const line = `${variant}: ${state}: ${reason}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return counts.size === 0
    ? ''
    : ['Runs that gave no figure:', ...[...counts].map(([line, count]) => `- ${line} (${count} runs)`)].join('\n');
}
