import type { SurveyedProcess, SurveyResult } from '../model/survey.ts';
import { formatMiB, formatPercentDown, formatUptime } from '../model/units.ts';
import { describeContainer } from '../stats/container-choice.ts';
import { type Column, left, right, shown, toTable } from './columns.ts';
import type { TerminalOptions } from './render-options.ts';
import { drawTable } from './terminal-table.ts';
import { wrap } from './wrap.ts';

const columns: Column<SurveyedProcess>[] = [
  right('pid', ({ pid }) => String(pid)),
  left('name', ({ name }) => name),
  right('RSS MiB', ({ rssBytes }) => formatMiB(rssBytes)),
  right('limit MiB', ({ limitBytes }) => shown(limitBytes, formatMiB), 2),
  right('heap MiB', ({ javaHeapRssBytes }) => shown(javaHeapRssBytes, formatMiB), 3),
  right('up', ({ uptimeMs }) => formatUptime(uptimeMs), 4),
  left('verdict', describeVerdict),
];
const containerColumn: Column<SurveyedProcess> = left('container', ({ container }) => shown(container, describeContainer), 1);

function describeVerdict({ verdict, mallocReadShare }: SurveyedProcess): string {
  return mallocReadShare === undefined ? verdict : `${verdict}, ${formatPercentDown(mallocReadShare)} read`;
}

/** A line for each process, the largest first, and what to run next. `what`: what was looked for. */
export function renderSurvey({ processes, refused }: SurveyResult, what: string, options: TerminalOptions): string {
  const { width } = options;
  const [first] = processes;
  const isContained = processes.some(({ container }) => container !== undefined);
  const all = isContained ? columns.toSpliced(2, 0, containerColumn) : columns;
  const parts = [
    ...(first ? [drawTable(toTable(all, processes), options)] : []),
    ...refused.map(({ pid, name, reason }) => wrap(`${name} (pid ${pid}): ${reason}`, width)),
    first
      ? `Look at one of them: offheap doctor ${first.pid}`
      : wrap(`No ${what} runs here that this user may look at. Every process of 100 MiB or more: offheap doctor --all`, width),
  ];
  return `${parts.join('\n\n')}\n`;
}
