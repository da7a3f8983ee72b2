import type { Cell, ResultFile } from '../model/result.ts';
import { shellLine } from '../model/shell-words.ts';
import { formatMiB } from '../model/units.ts';
import { variantsOf } from '../model/variants.ts';
import { type Candidate, type CostChange, type Recommendation, recommend } from '../stats/recommend.ts';
import { type PasteLine, pasteLines } from './paste-lines.ts';
import { namesOf } from './result-names.ts';
import { describeDifferences } from './variant-differences.ts';

/** Which setting to ship, in sentences, and the lines to paste; no lines where nothing is to be changed. */
export function renderRecommendation(result: ResultFile): { sentences: string[]; lines: PasteLine[] } {
  const recommendation = recommend(result);
  if (recommendation.kind === 'unknown') return { sentences: [`No recommendation: ${recommendation.reason}`], lines: [] };
  const costly = recommendation.smallerButCostly.map((candidate) => describeCostly(candidate));
  const caution = recommendation.firm ? [] : ['This rests on fewer than six repeats: a direction, no proof. --repeats=6 tells.'];
  if (recommendation.kind === 'keep') {
    const { compared } = namesOf(result);
    const none =
      costly.length > 0
        ? `no smaller ${compared} costs as little`
        : `no ${compared} settles at 5 % less, or at less than its cells differ by`;
    const differences = describeDifferences(result, recommendation.smallerButCostly);
    return {
      sentences: [`Recommendation: keep ${recommendation.reference}; ${none}.`, ...costly, ...differences, ...caution],
      lines: [],
    };
  }
  const chosen = variantsOf(result).find(({ name }) => name === recommendation.choice.configuration);
  if (chosen)
    return {
      sentences: [describeChoice(recommendation), ...costly, ...caution],
      lines: [{ where: 'command', line: shellLine(chosen.command) }],
    };
  const cell = result.cells.find(
    ({ configuration, state }) => configuration === recommendation.choice.configuration && state === 'ok',
  );
  const library = cell ? describeLibrary(cell) : [];
  return {
    sentences: [describeChoice(recommendation), ...costly, ...caution, ...library],
    lines: cell ? pasteLines(settingsOf(cell)) : [],
  };
}

function describeChoice({ reference, referenceBytes, choice }: Recommendation & { kind: 'change' }): string {
  const { configuration, savedBytes, settledBytes, costs } = choice;
  const share = Math.round((savedBytes / referenceBytes) * 100);
  const cost = costs.length === 0 ? 'no cost was measured' : `cost against ${reference}: ${costs.map(describeCost).join(', ')}`;
  return `Recommendation: ${configuration}. It settles at ${formatMiB(settledBytes)} MiB, ${formatMiB(savedBytes)} MiB (${share} %) less than ${reference} per replica; ${cost}.`;
}

function describeCostly({ configuration, savedBytes, costs }: Candidate): string {
  const reasons = costs.filter(({ judgement }) => judgement === 'worse' || judgement === 'unknown');
  const hint = reasons.some(({ judgement }) => judgement === 'unknown')
    ? ' (let the load say which way is better: @metric name=value better=higher)'
    : '';
  return `${configuration} would save ${formatMiB(savedBytes)} MiB, but ${reasons.map(describeCost).join(', ')}${hint}.`;
}

export function describeCost({ name, ratio, noise, judgement }: CostChange): string {
  const percent = Math.round((ratio - 1) * 100);
  const signed = percent > 0 ? `+${percent} %` : percent < 0 ? `−${-percent} %` : '±0 %';
  return judgement === 'within noise' ? `${name} ${signed}` : `${name} ${signed} (noise ${Math.round(noise * 100)} %)`;
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
  const preload = allocator === 'glibc' || library === undefined ? {} : { LD_PRELOAD: library.split('/').at(-1) ?? library };
  return { environment: { ...preload, ...toShip(settings) }, jvmFlags: settings.jvmFlags };
}

/** The variables without the tunable that stands for another host. */
function toShip({ env, simulatedTunable }: Cell['settings']): Record<string, string> {
  const { GLIBC_TUNABLES: tunables = '', ...others } = env;
  const shipped = tunables.split(':').filter((tunable) => tunable !== '' && tunable !== simulatedTunable);
  return shipped.length === 0 ? others : { ...others, GLIBC_TUNABLES: shipped.join(':') };
}
