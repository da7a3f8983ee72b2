import type { TrimmedProcess, TrimResult } from '../model/trim.ts';
import { formatMiB, formatSmallMiB } from '../model/units.ts';
import { type Column, left, notMeasured, right, toTable } from './columns.ts';
import type { TerminalOptions } from './render-options.ts';
import { drawTable } from './terminal-table.ts';
import { wrap } from './wrap.ts';

const columns: Column<TrimmedProcess>[] = [
  right('pid', ({ pid }) => String(pid)),
  left('name', ({ name }) => name),
  left('allocator', ({ allocator }) => allocator, 2),
  right('RSS MiB', ({ fix }) => formatMiB(fix.rssBeforeBytes)),
  right('predicted', ({ fix }) => (fix.predictedBytes === undefined ? notMeasured : formatSmallMiB(fix.predictedBytes)), 1),
  right('given back', ({ fix }) =>
    fix.actualBytes < 0 ? `−${formatSmallMiB(-fix.actualBytes)}` : formatSmallMiB(fix.actualBytes),
  ),
  right('RSS then', ({ fix }) => formatMiB(fix.rssAfterBytes), 3),
  left('by', ({ fix }) => (fix.by === 'agent' ? 'agent' : 'JVM'), 4),
];

/** `offheap trim` for a person: a line for each process, and why others gave nothing. */
export function renderTrims({ processes, refused }: TrimResult, options: TerminalOptions): string {
  const { width } = options;
  const reasons = processes.flatMap(({ name, pid, fix }) =>
    fix.reasons.map((reason) => wrap(`${name} (pid ${pid}): ${reason}`, width)),
  );
  const parts = [
    ...(processes.length > 0 ? [drawTable(toTable(columns, processes), options)] : []),
    ...reasons,
    ...refused.map(({ pid, name, reason }) => wrap(`${name} (pid ${pid}): ${reason}`, width)),
  ];
  return `${parts.join('\n\n')}\n`;
}
