import type { Evidence } from '../model/doctor.ts';
import { formatFigure, formatSeconds, formatSmallMiB } from '../model/units.ts';
import { type GrowthRow, growthRows } from '../stats/growth-rows.ts';
import { leastRateMs, perMinute } from '../stats/steady-growth.ts';
import { type Column, left, right, type TextTable, toTable } from './columns.ts';
import { signed } from './signed.ts';

/** With --for: both looks, and what changed by the minute where the time between them is long enough for that. */
export function growthTable(evidence: Evidence): TextTable | undefined {
  const { growth } = evidence;
  if (!growth) return undefined;
  const { intervalMs } = growth;
  const columns: Column<GrowthRow>[] = [
    left(`in ${formatSeconds(intervalMs)}`, ({ what }) => what),
    right('before', ({ before, unit }) => growthFigure(before, unit)),
    right('after', ({ after, unit }) => growthFigure(after, unit)),
    right('change', ({ before, after, unit }) => change(after - before, unit)),
    ...(intervalMs < leastRateMs
      ? []
      : [right('a minute', ({ before, after, unit }: GrowthRow) => change(perMinute(after - before, intervalMs), unit))]),
  ];
  return toTable(columns, growthRows(evidence, growth));
}

function change(difference: number, unit: GrowthRow['unit']): string {
  return signed(difference, (value) => growthFigure(value, unit));
}

export function growthFigure(value: number, unit: GrowthRow['unit']): string {
  return unit === 'bytes' ? `${formatSmallMiB(value)} MiB` : formatFigure(Math.round(value * 10) / 10);
}
