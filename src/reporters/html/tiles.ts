import type { Compared, ConfigurationSummary, Cost, Decision, Interval, ResultFile } from '../../model/result.ts';
import { formatMiB } from '../../model/units.ts';
import { instruments } from '../../stats/decide.ts';
import { endsWithRecommendation } from '../narrative.ts';
import { describeCost, negated } from '../recommendation.ts';
import { namesOf } from '../result-names.ts';
import { type Fragment, html, type Markup } from './markup.ts';

/** The figures that a reader takes along. They say what the sentences below them say: what is recommended, or why nothing is. */
export function renderTiles(result: ResultFile): Markup | undefined {
  const { decision, ended } = result;
  if (ended !== undefined) return undefined;
  const tiles = endsWithRecommendation(result) && decision ? tilesOf(result, decision) : tilesOfStory(result);
  return tiles.length === 0 ? undefined : html`<ul class="tiles">${tiles}</ul>`;
}

function tilesOf(result: ResultFile, { state, configuration, reference: key }: Decision): Markup[] {
  if (state === 'none') return [];
  const { compared } = namesOf(result);
  const reference = referenceTile(summaryOf(result, key));
  if (configuration !== undefined) {
    const chosen = summaryOf(result, configuration);
    const what = { change: 'the recommended', undecided: 'a candidate', candidate: 'a candidate', keep: 'the smallest' }[state];
    const caution = { change: '', undecided: ', undecided', candidate: ', a direction and no proof', keep: '' }[state];
    return [...reference, ...settledTile(chosen, what), ...savingTile(chosen, caution)];
  }
  const kept = state === 'keep' ? `keep ${key}` : state === 'undecided' ? 'undecided' : 'no candidate';
  const smallest = smallestOf(result, key, ({ cells, okCells }) => cells === okCells);
  if (!smallest) return [...reference, wordTile(kept, `no other ${compared} has only cells that are ok`)];
  const above = smallest.comparison?.costs.filter(({ judgement }) => judgement === 'above') ?? [];
  if (above.length > 0)
    return [...reference, ...settledTile(smallest, costsOf(above)), wordTile(kept, 'what is smaller costs too much')];
  const what = compared === 'variant' ? 'variant' : 'setting';
  const reason = state === 'keep' ? `no ${what} saves enough against ${key}` : `no ${what} is seen to save enough`;
  return [...reference, ...settledTile(smallest, 'the smallest of the others'), wordTile(kept, reason)];
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
  const { verdict } = smallest.comparison ?? {};
  return [...tiles, ...(verdict === 'smaller' || verdict === 'too few rounds' ? savingTile(smallest, '') : [noiseTile(verdict)])];
}

function runsOf({ comparison, okCells }: ConfigurationSummary): string {
  if (!comparison) return '';
  return comparison.verdict === 'too few rounds'
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

function savingTile({ comparison }: ConfigurationSummary, caution: string): Markup[] {
  if (!comparison) return [];
  const saved = negated(comparison.settledDifferenceBytes);
  return [tile(formatMiB(saved.mean), html`less per process${comparedBounds(saved)}${caution}`)];
}

function wordTile(word: string, reason: string): Markup {
  return html`<li><span class="figure word">${word}</span> ${reason}</li>`;
}

function noiseTile(verdict: string | undefined): Markup {
  return verdict === 'undecided'
    ? wordTile('undecided', 'whether the two differ by more than noise')
    : wordTile('no difference', 'between the two that is worth a setting');
}

function tile(mib: string, what: Fragment): Markup {
  return html`<li><span class="figure">${mib} <small>MiB</small></span> ${what}</li>`;
}

/** Of one run there is no interval. */
function bounds({ low, high, samples }: Interval): Markup | false {
  return samples > 1 && html` <span class="parts">[${formatMiB(low)}, ${formatMiB(high)}]</span>`;
}

function comparedBounds({ low, high }: Compared): Markup | false {
  return low !== undefined && high !== undefined && html` <span class="parts">[${formatMiB(low)}, ${formatMiB(high)}]</span>`;
}

function costsOf(above: readonly Cost[]): string {
  return `smaller but at ${above.map(describeCost).join(', ')}`;
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
