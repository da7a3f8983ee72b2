import type { Cell, Compared, ConfigurationSummary, Cost, Decision, ResultFile } from '../model/result.ts';
import { shellLine } from '../model/shell-words.ts';
import { formatMiB } from '../model/units.ts';
import { variantsOf } from '../model/variants.ts';
import { type PasteLine, pasteLines } from './paste-lines.ts';
import { namesOf } from './result-names.ts';

/** Rather than so many times the rounds that there are one measures in another way. */
const manyRounds = 5;

/** Which setting to ship, in sentences, and the lines to paste; no lines where nothing is to be changed, or nothing is decided. */
export function renderRecommendation(result: ResultFile): { sentences: string[]; lines: PasteLine[] } {
  const { decision, ended } = result;
  if (ended !== undefined) return { sentences: [`No recommendation: ${ended}`], lines: [] };
  if (!decision || decision.state === 'none')
    return { sentences: [`No recommendation: ${decision?.reason ?? 'the file does not say.'}`], lines: [] };
  const sentences = [
    ...conclusionOf(decision, result),
    ...costlyOf(decision, result),
    ...variantsOf(result).flatMap(({ name }) => differenceOf(name, decision, result)),
  ];
  if (decision.state !== 'change') return { sentences: [...sentences, describeRule(decision)], lines: [] };
  const chosen = variantsOf(result).find(({ name }) => name === decision.configuration);
  if (chosen)
    return { sentences: [...sentences, describeRule(decision)], lines: [{ where: 'command', line: shellLine(chosen.command) }] };
  const cell = result.cells.find(({ configuration, state }) => configuration === decision.configuration && state === 'ok');
  return {
    sentences: [...sentences, describeRule(decision), ...(cell ? describeLibrary(cell) : [])],
    lines: cell ? pasteLines(settingsOf(cell)) : [],
  };
}

function conclusionOf(decision: Decision, result: ResultFile): string[] {
  const { state, reference, configuration, roundsToTell, rules } = decision;
  const chosen = result.summary.find((entry) => entry.configuration === configuration);
  const saved = chosen && describeSaving(chosen, reference);
  if (state === 'change') return [`Recommendation: ${saved}`];
  if (state === 'keep') return [`Recommendation: keep ${reference}; ${whyKept(decision, result)}.`];
  const runs = roundsOf(result);
  if (state === 'candidate') {
    const which = saved
      ? `Candidate: ${saved}`
      : `No candidate: nothing settled at ${percent(rules.minSaving)} less than ${reference} at a cost of at most ${percent(rules.maxCost)}.`;
    const caution = `That is no recommendation: ${runs === 1 ? 'one run each tells' : `${runs} runs each tell`} nothing of what two runs differ by. Without --repeats there are as many rounds as it takes to decide.`;
    return [which, caution];
  }
  const quieter = `${differing(result)} from round to round. A longer load, or a machine without other work, tells sooner.`;
  const tell =
    roundsToTell === undefined
      ? `A thousand rounds would not tell: ${quieter}`
      : roundsToTell > manyRounds * runs
        ? `It would take about ${roundsToTell} rounds: ${quieter}`
        : `About ${roundsToTell} rounds may tell: the same command with --max-repeats=${roundsToTell} and --resume=FILE, the raw result.`;
  return [`Undecided after ${runs} rounds: ${whatIsOpen(decision, result)}.`, ...(saved ? [`Candidate: ${saved}`] : []), tell];
}

/** What differs most of what is open. */
function differing({ summary }: ResultFile): string {
  const open = summary.flatMap(({ comparison }) => (comparison && isOpen(comparison) ? [comparison] : []));
  const costs = open.flatMap((comparison) => comparison.costs.filter(({ judgement }) => judgement === 'undecided'));
  const widthOf = ({ low = 0, high = Number.POSITIVE_INFINITY }: Compared) => high - low;
  const [widest] = costs.sort((a, b) => widthOf(b.ratio) - widthOf(a.ratio));
  return widest && open.every(({ verdict }) => verdict === 'smaller')
    ? `${widest.name} differs too much`
    : 'the figures differ too much';
}

/** Whether nothing is smaller, or what is costs too much. */
function whyKept({ rules, reference }: Decision, result: ResultFile): string {
  const { summary } = result;
  const isSmaller = summary.some(({ comparison, cells, okCells }) => comparison?.verdict === 'smaller' && cells === okCells);
  return isSmaller
    ? `what is smaller costs over ${percent(rules.maxCost)} more`
    : `no ${namesOf(result).compared} settles at ${percent(rules.minSaving)} less than ${reference}`;
}

function whatIsOpen({ rules }: Decision, { summary }: ResultFile): string {
  const open = summary.filter(({ comparison }) => comparison && isOpen(comparison));
  const size = open.filter(({ comparison }) => comparison?.verdict === 'undecided' || comparison?.verdict === 'too few rounds');
  const cost = open.filter(({ comparison }) => comparison?.verdict === 'smaller');
  const parts = [
    ...(size.length > 0 ? [`whether ${listOf(size)} ${size.length === 1 ? 'saves' : 'save'} ${percent(rules.minSaving)}`] : []),
    ...(cost.length > 0
      ? [`whether ${listOf(cost)} ${cost.length === 1 ? 'costs' : 'cost'} at most ${percent(rules.maxCost)}`]
      : []),
  ];
  return parts.length > 0 ? `it is open ${parts.join(', and ')}` : 'it is open which of the smaller ones is the smallest';
}

function isOpen({ verdict, costs }: NonNullable<ConfigurationSummary['comparison']>): boolean {
  if (costs.some(({ judgement }) => judgement === 'above')) return false;
  return (
    verdict === 'undecided' ||
    verdict === 'too few rounds' ||
    (verdict === 'smaller' && costs.some(({ judgement }) => judgement === 'undecided'))
  );
}

const inWords = new Intl.ListFormat('en-GB', { type: 'disjunction' });

function listOf(summaries: readonly ConfigurationSummary[]): string {
  return inWords.format(summaries.map(({ configuration }) => configuration));
}

function describeSaving({ configuration, figures, comparison }: ConfigurationSummary, reference: string): string {
  if (!comparison) return configuration;
  const { settledRatio, settledDifferenceBytes: difference, costs } = comparison;
  const saved = negated(difference);
  const share = Math.round((1 - settledRatio.mean) * 100);
  const cost = costs.length === 0 ? 'no cost was measured' : `cost against ${reference}: ${costs.map(describeCost).join(', ')}`;
  const size = figures.settledBytes ? `It settles at ${formatMiB(figures.settledBytes.median)} MiB, ` : 'It takes ';
  return `${configuration}. ${size}${formatMiB(saved.mean)} MiB (${share} %) less than ${reference} per replica${bounds(saved, formatMiB)}; ${cost}.`;
}

/** Those that are smaller and are not recommended for what they cost. */
function costlyOf({ configuration: chosen }: Decision, { summary }: ResultFile): string[] {
  return summary.flatMap(({ configuration, comparison }) => {
    const above = comparison?.costs.filter(({ judgement }) => judgement === 'above') ?? [];
    if (!comparison || configuration === chosen || !isCostly(comparison)) return [];
    const hint = above.some(({ better }) => better === undefined)
      ? ' (let the load say which way is better: @metric name=value better=higher)'
      : '';
    const saved = negated(comparison.settledDifferenceBytes);
    return [`${configuration} saves ${formatMiB(saved.mean)} MiB, but ${above.map(describeCost).join(', ')}${hint}.`];
  });
}

/** Of two programs one asks what the difference is, also where nothing is recommended; nothing of those that another sentence tells. */
function differenceOf(name: string, { configuration: chosen, reference }: Decision, { summary }: ResultFile): string[] {
  const { comparison, figures } = summary.find(({ configuration }) => configuration === name) ?? {};
  if (!comparison || name === chosen || isCostly(comparison)) return [];
  const { settledRatio, settledDifferenceBytes: difference } = comparison;
  const size = figures?.settledBytes ? `settles at ${formatMiB(figures.settledBytes.median)} MiB, ` : 'takes ';
  const isLess = difference.mean < 0;
  const much = isLess ? negated(difference) : difference;
  const share = Math.round(Math.abs(settledRatio.mean - 1) * 100);
  return [
    `${name} ${size}${formatMiB(much.mean)} MiB (${share} %) ${isLess ? 'less' : 'more'} than ${reference}${bounds(much, formatMiB)}.`,
  ];
}

function isCostly({ verdict, costs }: NonNullable<ConfigurationSummary['comparison']>): boolean {
  return verdict === 'smaller' && costs.some(({ judgement }) => judgement === 'above');
}

function describeRule({ rules, reference }: Decision): string {
  return `Rule: the smallest settled RSS that saves at least ${percent(rules.minSaving)} of ${reference}'s and makes load time, CPU time and metrics worse by at most ${percent(rules.maxCost)}. Intervals are at 95 %, whichever round is the last.`;
}

/** `load time +3 % [−1, +7]` */
export function describeCost({ name, ratio }: Pick<Cost, 'name' | 'ratio'>): string {
  return `${name} ${signedPercent(ratio.mean)} %${bounds(ratio, signedPercent)}`;
}

function bounds({ low, high }: Compared, format: (value: number) => string): string {
  return low === undefined || high === undefined ? '' : ` [${format(low)}, ${format(high)}]`;
}

/** What is less is saved. */
export function negated({ mean, low, high, rounds }: Compared): Compared {
  return { mean: -mean, ...(low === undefined || high === undefined ? {} : { low: -high, high: -low }), rounds };
}

function roundsOf({ cells }: ResultFile): number {
  return cells.reduce((most, { repeat }) => Math.max(most, repeat), 0);
}

function signedPercent(ratio: number): string {
  const percent = Math.round((ratio - 1) * 100);
  return percent > 0 ? `+${percent}` : percent < 0 ? `−${-percent}` : '±0';
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}

/** A preload that is not there is a warning of the dynamic linker, and no error. */
function describeLibrary({ allocator, provenance }: Cell): string[] {
  if (allocator === 'glibc' || !provenance) return [];
  const { allocatorLibrary, allocatorVersion } = provenance;
  return [
    `Install the library where the service runs; here it is ${allocatorLibrary}${allocatorVersion ? `, ${allocatorVersion}` : ''}.`,
  ];
}

/** What makes the configuration: its library by the name that the dynamic linker looks up, its variables, its flags. */
function settingsOf({ settings, provenance, allocator }: Cell): Parameters<typeof pasteLines>[0] {
  const library = provenance?.preloaded.find((path) => !path.endsWith('/libmeter.so'));
  const preload = allocator === 'glibc' || library === undefined ? {} : { LD_PRELOAD: preloadName(library) };
  return { environment: { ...preload, ...toShip(settings) }, jvmFlags: settings.jvmFlags };
}

/** The variables without the tunable that stands for another host. */
export function toShip({ env, simulatedTunable }: Cell['settings']): Record<string, string> {
  const { GLIBC_TUNABLES: tunables = '', ...others } = env;
  const shipped = tunables.split(':').filter((tunable) => tunable !== '' && tunable !== simulatedTunable);
  return shipped.length === 0 ? others : { ...others, GLIBC_TUNABLES: shipped.join(':') };
}

/** Where a distribution's own linker looks: a library there is found by its name, and on the next host it may lie in another of them. */
const systemFolder = /^\/(?:usr\/(?:local\/)?)?lib(?:64)?\/(?:[\w-]+-linux-gnu\/)?[^/]+$/;

/** What LD_PRELOAD is told of a library. */
export function preloadName(path: string): string {
  return systemFolder.test(path) ? path.slice(path.lastIndexOf('/') + 1) : path;
}
