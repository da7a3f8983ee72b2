import type { ConfigurationSummary, Interval, ResultFile } from '../../model/result.ts';
import { formatMiB } from '../../model/units.ts';
import { type Candidate, instruments, type Recommendation, recommend } from '../../stats/recommend.ts';
import { endsWithRecommendation } from '../narrative.ts';
import { describeCost } from '../recommendation.ts';
import { namesOf } from '../result-names.ts';
import { type Fragment, html, type Markup } from './markup.ts';

/** The figures that a reader takes along. They say what the sentences below them say: what is recommended, or why nothing is. */
export function renderTiles(result: ResultFile): Markup | undefined {
  const tiles = endsWithRecommendation(result) ? tilesOf(result, recommend(result)) : tilesOfStory(result);
  return tiles.length === 0 ? undefined : html`<ul class="tiles">${tiles}</ul>`;
}

function tilesOf(result: ResultFile, recommendation: Recommendation): Markup[] {
  if (recommendation.kind === 'unknown') return [];
  const { compared } = namesOf(result);
  const reference = summaryOf(result, recommendation.reference);
  if (recommendation.kind === 'change') {
    const { configuration, savedBytes } = recommendation.choice;
    return [
      ...referenceTile(reference),
      ...settledTile(summaryOf(result, configuration), 'the recommended'),
      savingTile(savedBytes, summaryOf(result, configuration), recommendation.firm ? '' : ', a direction and no proof'),
    ];
  }
  const { smallerButCostly } = recommendation;
  const best = smallerButCostly[0];
  if (best)
    return [
      ...referenceTile(reference),
      ...settledTile(summaryOf(result, best.configuration), costsOf(best)),
      keptTile(recommendation.reference, 'what is smaller costs more than noise'),
    ];
  const smallest = smallestOf(result, recommendation.reference, ({ cells, okCells }) => cells === okCells);
  if (!smallest)
    return [...referenceTile(reference), keptTile(recommendation.reference, `no other ${compared} has only cells that are ok`)];
  return [
    ...referenceTile(reference),
    ...settledTile(smallest, 'the smallest of the others'),
    keptTile(
      recommendation.reference,
      `no ${compared === 'variant' ? 'variant' : 'setting'} is better than ${recommendation.reference} beyond noise`,
    ),
  ];
}

/** Of the reproducer nothing is to be shipped: the smallest beside the reference, and whether that is more than noise. */
function tilesOfStory(result: ResultFile): Markup[] {
  const key = result.summary.find(({ comparison }) => comparison)?.comparison?.reference;
  const reference = key === undefined ? undefined : summaryOf(result, key);
  const smallest = key === undefined ? undefined : smallestOf(result, key);
  const [own, other] = [settledOf(reference), settledOf(smallest)];
  if (!own || !other || !smallest) return [];
  const tiles = [...referenceTile(reference), ...settledTile(smallest, `the smallest of the others${runsOf(smallest)}`)];
  const difference = own.median - other.median;
  if (difference <= 0) return tiles;
  return [...tiles, smallest.comparison?.verdict === 'no difference' ? noiseTile() : savingTile(difference, smallest, '')];
}

function runsOf({ comparison, okCells }: ConfigurationSummary): string {
  if (!comparison) return '';
  return comparison.verdict === 'too few repeats'
    ? `, in ${okCells === 1 ? 'one run' : `${okCells} runs`} each`
    : `: ${comparison.verdict}`;
}

function referenceTile(summary: ConfigurationSummary | undefined): Markup[] {
  return settledTile(summary, 'the reference');
}

function settledTile(summary: ConfigurationSummary | undefined, what: string): Markup[] {
  const settled = settledOf(summary);
  if (!summary || !settled) return [];
  return [tile(formatMiB(settled.median), html`RSS that <b>${summary.configuration}</b>, ${what}, settles at${bounds(settled)}`)];
}

function savingTile(savedBytes: number, { comparison }: ConfigurationSummary, caution: string): Markup {
  const paired = comparison?.settledDifferenceBytes;
  const saved = paired && { ...paired, low: -paired.high, high: -paired.low };
  return tile(formatMiB(savedBytes), html`less per process${saved && bounds(saved)}${caution}`);
}

function keptTile(reference: string, reason: string): Markup {
  return html`<li><span class="figure word">keep ${reference}</span> ${reason}</li>`;
}

function noiseTile(): Markup {
  return html`<li><span class="figure word">no difference</span> between the two beyond noise</li>`;
}

function tile(mib: string, what: Fragment): Markup {
  return html`<li><span class="figure">${mib} <small>MiB</small></span> ${what}</li>`;
}

/** Of one run there is no interval. */
function bounds({ low, high, samples }: Interval): Markup | false {
  return samples > 1 && html` <span class="parts">[${formatMiB(low)}, ${formatMiB(high)}]</span>`;
}

function costsOf({ costs }: Candidate): string {
  const reasons = costs.filter(({ judgement }) => judgement === 'worse' || judgement === 'unknown');
  return `smaller but at ${reasons.map(describeCost).join(', ')}`;
}

function summaryOf({ summary }: ResultFile, key: string): ConfigurationSummary {
  return (
    summary.find(({ configuration }) => configuration === key) ?? {
      configuration: key,
      cells: 0,
      okCells: 0,
      figures: {},
      outliers: [],
    }
  );
}

function settledOf(summary: ConfigurationSummary | undefined): Interval | undefined {
  return summary?.figures.settledBytes;
}

/** Instruments are no candidates, and are not to be shipped. */
function smallestOf(
  { summary, cells }: ResultFile,
  reference: string,
  isCandidate: (summary: ConfigurationSummary) => boolean = () => true,
): ConfigurationSummary | undefined {
  const unshippable = new Set(
    cells.filter(({ allocator }) => instruments.has(allocator)).map(({ configuration }) => configuration),
  );
  const medianOf = (entry: ConfigurationSummary) => settledOf(entry)?.median ?? Number.POSITIVE_INFINITY;
  return summary
    .filter((entry) => settledOf(entry) && entry.configuration !== reference && !unshippable.has(entry.configuration))
    .filter(isCandidate)
    .toSorted((a, b) => medianOf(a) - medianOf(b))[0];
}
