import type { Bound, BoundVerdict, GuardReport, Regression, Unit } from '../model/guard.ts';
import { printableLines, printableValues } from '../model/printable.ts';
import { bytesPerMiB, formatFigure, formatPercent, formatSeconds } from '../model/units.ts';
import { noticeSentences } from './notices.ts';
import { signed } from './signed.ts';

/** What makes the figures less than they seem, then a line per bound: first those that are broken. */
export function renderGuard(report: GuardReport): string {
  const {
    configuration,
    command,
    state,
    reason,
    lastSeen = '',
    verdicts,
    regressions = [],
    repeats,
    baseline,
    notices = [],
  } = printableValues(report);
  const noticed = noticeSentences(notices);
  const head = `${command.join(' ')} on ${configuration}${repeats === undefined ? '' : `, ${repeats} runs`}`;
  const last = lastSeen === '' ? '' : `${lastSeen}\n`;
  if (state !== 'ok') return `${[...noticed, `${head}: ${state}. ${reason ?? ''}`.trim()].join('\n')}\n${last}`;
  const judged = judgedLines(verdicts, regressions);
  const width = Math.max(...judged.map((line) => line.state.length), 'unknown'.length);
  const lines = judged.map((line) => `${line.state.padEnd(width)}  ${line.text}`);
  return `${[...noticed, head, ...(baseline ? describeBaseline(baseline) : []), ...lines].join('\n')}\n`;
}

/** Workflow commands of GitHub Actions: an error each for what is not kept. */
export function renderAnnotations({ verdicts, regressions = [], ...report }: GuardReport): string {
  const failed = judgedLines(verdicts, regressions).filter((line) => line.state !== 'kept');
  const messages = report.state === 'ok' ? failed.map(({ text }) => text) : [describeEnd(report)];
  return messages.map((message) => `::error title=offheap guard::${escapeData(message)}\n`).join('');
}

/** Of a program that was not measured to its end: why, and what was seen of it then. */
export function describeEnd({ state, reason, lastSeen }: Pick<GuardReport, 'state' | 'reason' | 'lastSeen'>): string {
  return [`${state}.`, reason, lastSeen].filter((part) => part !== undefined).join(' ');
}

/** All that was judged, in the order in which one wants to read it. */
export function judgedLines(
  verdicts: readonly BoundVerdict[],
  regressions: readonly Regression[],
): { state: Regression['state']; text: string }[] {
  const order: readonly Regression['state'][] = ['broken', 'unknown', 'undecided', 'kept'];
  const lines = [
    ...verdicts.map((verdict) => ({ state: verdict.state, text: describeVerdict(verdict) })),
    ...regressions.map((regression) => ({ state: regression.state, text: describeRegression(regression) })),
  ];
  return order.flatMap((state) => lines.filter((line) => line.state === state));
}

/** What was compared with, and what else has changed. */
export function describeBaseline({ startedAt, runs, cautions }: NonNullable<GuardReport['baseline']>): string[] {
  return [`baseline of ${startedAt.replace(/\.\d+Z$/, 'Z')}, ${runs} ${runs === 1 ? 'run' : 'runs'}`, ...cautions];
}

export function describeVerdict({ bound, measured, runs = [], state, reason, culprit }: BoundVerdict): string {
  if (measured === undefined) {
    const what = reason === undefined ? 'was not measured' : 'cannot be told';
    const why = reason === undefined ? '' : `. ${reason}`;
    return `${bound.quantity} ${what}, so nobody knows whether ${describeBound(bound)} is kept${why}`;
  }
  const relation = state === 'kept' ? 'keeps' : 'breaks';
  const [least, most] = [Math.min(...runs), Math.max(...runs)].map((value) => formatQuantity(value, bound.unit));
  const spread = runs.length > 1 ? ` (median of ${runs.length}, ${least} to ${most})` : '';
  const why = culprit === undefined ? '' : `. ${culprit}`;
  return `${bound.quantity} ${formatQuantity(measured, bound.unit)}${spread} ${relation} ${describeBound(bound)}${why}`;
}

export function describeBound({ quantity, isMetric, kind, limit, unit }: Bound): string {
  const value = formatQuantity(limit, unit);
  return isMetric ? `--${kind}-metric ${quantity}=${value}` : `--${kind}-${quantity}=${value}`;
}

export function describeRegression(regression: Regression): string {
  const { quantity, unit, baseline, measured, difference, state, reason, culprit } = regression;
  const limit = describeLimit(regression);
  if (!baseline || !measured || !difference) return `${quantity} cannot be compared (${limit}): ${reason ?? 'it was not measured'}`;
  const format = (value: number) => formatQuantity(value, unit);
  const change = describeChange(regression);
  const relation = { kept: 'keeps', broken: 'breaks', undecided: 'may keep or break', unknown: 'is not judged by' }[state];
  const more = [reason === undefined ? '' : `: ${reason}`, culprit === undefined ? '' : `. ${culprit}`].join('');
  return `${quantity} ${change}: ${format(measured.median)}, baseline ${format(baseline.median)}, ${relation} ${limit}${more}`;
}

export function describeLimit({ quantity, allowedShare, allowed, baseline, unit }: Regression): string {
  const option = `--max-regression=${quantity}=${formatPercentTenths(allowedShare)}`;
  const isLeast = allowed !== undefined && baseline && allowed > allowedShare * Math.abs(baseline.median);
  return isLeast ? `${option} (${formatQuantity(allowed, unit)} is no change)` : option;
}

/** As a share of the baseline, with its interval; in its unit where the baseline is too small for a share. */
function describeChange({ baseline, difference, allowed, allowedShare, unit, measured }: Regression): string {
  const { estimate = 0, low, high } = difference ?? {};
  const base = Math.abs(baseline?.median ?? 0);
  const inUnit = base === 0 || (allowed ?? 0) > allowedShare * base;
  const format = (change: number) =>
    inUnit ? signed(change, (size) => formatQuantity(size, unit)) : signed(change / base, formatPercentTenths);
  if (low !== undefined && high !== undefined) return `${format(estimate)} [${format(low)}, ${format(high)}]`;
  const single = Math.min(baseline?.runs.length ?? 0, measured?.runs.length ?? 0) === 1;
  return `${format(estimate)} (${single ? 'one run, no interval' : 'no interval'})`;
}

function formatPercentTenths(share: number): string {
  return `${(share * 100).toFixed(1).replace(/\.0$/, '')} %`;
}

function formatQuantity(value: number, unit: Unit): string {
  const mib = (bytes: number) => `${formatFigure(bytes / bytesPerMiB)} MiB`;
  if (unit === 'bytes') return mib(value);
  if (unit === 'bytesPerMinute') return `${mib(value)}/min`;
  if (unit === 'milliseconds') return formatSeconds(value);
  return unit === 'share' ? formatPercent(value) : formatFigure(value);
}

/** As the runner unescapes it (actions/toolkit: packages/core/src/command.ts). */
function escapeData(text: string): string {
  return printableLines(text).replaceAll('%', '%25').replaceAll('\n', '%0A');
}
