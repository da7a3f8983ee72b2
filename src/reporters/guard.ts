import type { Bound, BoundVerdict, GuardReport } from '../model/guard.ts';
import { printableLines, printableValues } from '../model/printable.ts';
import { bytesPerMiB, formatFigure, formatPercent, formatSeconds } from '../model/units.ts';
import { noticeSentences } from './notices.ts';

/** A line per bound: first those that are broken. */
export function renderGuard(report: GuardReport): string {
  const { configuration, command, state, reason, verdicts, notices = [] } = printableValues(report);
  const head = `${command.join(' ')} on ${configuration}`;
  const noticed = noticeSentences(notices)
    .map((line) => `${line}\n`)
    .join('');
  if (state !== 'ok') return `${noticed}${head}: ${state}. ${reason ?? ''}`.trim().concat('\n');
  const order: readonly BoundVerdict['state'][] = ['broken', 'unknown', 'kept'];
  const lines = order.flatMap((verdictState) => verdicts.filter((verdict) => verdict.state === verdictState).map(renderLine));
  return `${noticed}${head}\n${lines.join('\n')}\n`;
}

/** Workflow commands of GitHub Actions: an error each for what is not kept. */
export function renderAnnotations({ state, reason, verdicts }: GuardReport): string {
  const messages =
    state === 'ok' ? verdicts.filter((verdict) => verdict.state !== 'kept').map(describeVerdict) : [`${state}. ${reason ?? ''}`];
  return messages.map((message) => `::error title=offheap guard::${escapeData(message)}\n`).join('');
}

export function describeVerdict({ bound, measured, state, reason, culprit }: BoundVerdict): string {
  if (measured === undefined) {
    const what = reason === undefined ? 'was not measured' : 'cannot be told';
    const why = reason === undefined ? '' : `. ${reason}`;
    return `${bound.quantity} ${what}, so nobody knows whether ${describeBound(bound)} is kept${why}`;
  }
  const relation = state === 'kept' ? 'keeps' : 'breaks';
  const why = culprit === undefined ? '' : `. ${culprit}`;
  return `${bound.quantity} ${formatQuantity(measured, bound.unit)} ${relation} ${describeBound(bound)}${why}`;
}

export function describeBound({ quantity, isMetric, kind, limit, unit }: Bound): string {
  const value = formatQuantity(limit, unit);
  return isMetric ? `--${kind}-metric ${quantity}=${value}` : `--${kind}-${quantity}=${value}`;
}

function renderLine(verdict: BoundVerdict): string {
  return `${verdict.state.padEnd('unknown'.length)}  ${describeVerdict(verdict)}`;
}

function formatQuantity(value: number, unit: Bound['unit']): string {
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
