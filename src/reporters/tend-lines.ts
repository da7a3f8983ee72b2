import { printable } from '../model/printable.ts';
import type { TendEvent } from '../model/tend.ts';
import { formatChosenTime, formatMiB } from '../model/units.ts';

/** One act, or why there is none, as a line of a log. */
export function tendLine(event: TendEvent): string {
  return `${event.at} ${event.pid} ${printable(event.name)}: ${describe(event)}`;
}

function describe(event: TendEvent): string {
  const { result, predictedBytes, reason, restMs } = event;
  const again = restMs === undefined ? '' : `; at the earliest again in ${formatChosenTime(restMs)}`;
  if (result === 'refused') return `is left alone: ${printable(reason ?? '')}.`;
  if (result === 'failed') return `gave nothing back${again}. ${printable(reason ?? '')}`;
  if (result === 'would') {
    const bytes = predictedBytes === undefined ? 'an unknown amount' : `${formatMiB(predictedBytes)} MiB`;
    return `would give back ${bytes} (${by(event)}). Nothing was done: --dry-run.`;
  }
  if (result === 'undone')
    return `RSS is back at ${formatMiB(event.rssAfterBytes ?? 0)} MiB a minute later: the memory was needed${again}.`;
  return `gave back ${measured(event)}${result === 'little' ? again : ''}.`;
}

function measured({
  returnedBytes = 0,
  predictedBytes,
  rssBeforeBytes = 0,
  rssAfterBytes = 0,
  tookMs = 0,
  ...event
}: TendEvent): string {
  const prediction = predictedBytes === undefined ? '' : ` of ${formatMiB(predictedBytes)} predicted`;
  const rss = `RSS ${formatMiB(rssBeforeBytes)} to ${formatMiB(rssAfterBytes)} MiB`;
  return `${formatMiB(returnedBytes)} MiB${prediction} in ${Math.max(1, Math.round(tookMs))} ms: ${rss} (${by(event)})`;
}

function by(event: Pick<TendEvent, 'by'>): string {
  return event.by === 'jvm' ? 'JVM' : 'agent';
}
