import type { Attempt, AttemptOutcome, FitOfConfiguration, FitResult } from '../model/fit.ts';
import { printableValues } from '../model/printable.ts';
import { formatMiB, formatSeconds } from '../model/units.ts';
import { atTheLimit, savedBytes, unlimited } from '../stats/fit-figures.ts';
import { type Column, left, notMeasured, right, shown, toTable } from './columns.ts';
import { describeScenario } from './narrative.ts';
import type { TerminalOptions } from './render-options.ts';
import { drawTable } from './terminal-table.ts';
import { wrap } from './wrap.ts';

/** For a person at a terminal: the limits, the smallest first, and how the program ends below them. Sizes are MiB. */
export function renderFit(raw: FitResult, options: TerminalOptions): string {
  const result = printableValues(raw);
  const order = (fit: FitOfConfiguration) => fit.limitBytes ?? Number.POSITIVE_INFINITY;
  const sorted = [...result.configurations].sort((a, b) => order(a) - order(b) || 0);
  const table = drawTable(toTable(columnsOf(result), sorted), options);
  const parts = [wrap(describeFit(result), options.width), table, wrap(note(result), options.width), ...reasons(sorted)];
  return `${parts.join('\n\n')}\n`;
}

function describeFit({ plan, host, limits, complete }: FitResult): string {
  const jdk = host.jdk ? `JDK ${host.jdk.version}, ` : '';
  const by = `limits by cgroup v${limits.version} in ${limits.folder}`;
  return `${describeScenario(plan.scenario)}; ${jdk}${host.libc}, Linux ${host.kernel}; ${by}${complete ? '' : ' (interrupted)'}`;
}

function note({ plan }: FitResult): string {
  const { repeats, resolutionBytes, reference, maxSlowdown } = plan;
  return (
    `MiB. limit: the smallest at which ${repeats === 1 ? 'the one attempt' : `all ${repeats} attempts`} survived, to ${formatMiB(resolutionBytes)} MiB. ` +
    `saved: per replica, against ${reference}'s limit. peak RSS, peak: of the process and of its cgroup, page cache included, without a limit. wall ratio: at the limit over ` +
    `without one; above ${maxSlowdown} is a time-out. A limit to ship needs room above it.`
  );
}

function columnsOf(result: FitResult): Column<FitOfConfiguration>[] {
  return [
    left('configuration', ({ configuration }) => configuration),
    right('limit', ({ limitBytes }) => shown(limitBytes, formatMiB)),
    right('too small', ({ tooSmallBytes }) => shown(tooSmallBytes, formatMiB)),
    right('saved', (fit) => shown(savedBytes(fit, result), formatMiB)),
    right('peak RSS', (fit) => shown(unlimited(fit).peakRssBytes, formatMiB)),
    right('peak', (fit) => shown(unlimited(fit).peakBytes, formatMiB)),
    right('wall\nratio', (fit) => shown(wallRatio(fit), (ratio) => ratio.toFixed(2))),
    right('attempts', ({ attempts }) => String(attempts.length)),
    left('below the limit', ({ limitBytes, attempts, state }) => (limitBytes === undefined ? state : endings(attempts))),
  ];
}

function wallRatio(fit: FitOfConfiguration): number | undefined {
  const [limited, free] = [atTheLimit(fit).wallMs, unlimited(fit).wallMs];
  return limited !== undefined && free ? limited / free : undefined;
}

/** How the attempts ended that did not survive their limit, each with how often. */
function endings(attempts: readonly Attempt[]): string {
  const words: Record<Exclude<AttemptOutcome, 'survived'>, string> = {
    'oom-killed': 'OOM killed',
    failed: 'failed otherwise',
    timeout: 'too slow',
  };
  const counts = Object.entries(words).flatMap(([outcome, word]) => {
    const count = attempts.filter((attempt) => attempt.limitBytes !== undefined && attempt.outcome === outcome).length;
    return count === 0 ? [] : `${word} ×${count}`;
  });
  return counts.length === 0 ? notMeasured : counts.join(', ');
}

/** Why there is no limit; or what ended the program at the largest limit that was too small, where it was not the OOM killer. */
function reasons(fits: readonly FitOfConfiguration[]): string[] {
  const lines = fits.flatMap(({ configuration, state, reason, attempts, tooSmallBytes }) => {
    if (state !== 'found') return `${configuration}: ${state}. ${reason ?? ''}`.trim();
    const last = attempts.find(({ limitBytes, outcome }) => limitBytes === tooSmallBytes && outcome !== 'survived');
    if (!last || last.outcome === 'oom-killed' || tooSmallBytes === undefined) return [];
    return `${configuration}: at ${formatMiB(tooSmallBytes)} MiB it ended after ${formatSeconds(last.wallMs)} without an OOM kill. ${last.reason ?? ''}`.trim();
  });
  return lines.length === 0 ? [] : [lines.join('\n')];
}
