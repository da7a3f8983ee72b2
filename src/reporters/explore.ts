import type { ExploreResult, Standing } from '../model/explore.ts';
import { printableValues } from '../model/printable.ts';
import { formatCount, formatMiB } from '../model/units.ts';
import { left, right, shown, toTable } from './columns.ts';
import type { TerminalOptions } from './render-options.ts';
import { drawTable } from './terminal-table.ts';
import { wrap } from './wrap.ts';

/** Of those that are left out more is not told here; JSON has all. */
const mostNamed = 12;

interface Row extends Standing {
  /** The last one that it was in. */
  rung: number;
}

/** For a person at a terminal: what was tried and how far it came, what was not, and the command that decides. */
export function renderExploration(raw: ExploreResult, command: string, { width, ...options }: TerminalOptions): string {
  const result = printableValues(raw);
  const rows = rowsOf(result);
  const reference = rows.find(({ configuration }) => configuration === result.reference);
  const columns = [
    left<Row>('configuration', ({ configuration }) => configuration),
    right<Row>('rungs', ({ rung }) => String(rung)),
    right<Row>('runs', ({ runs }) => String(runs)),
    right<Row>('settled', ({ settledBytes }) => shown(settledBytes, formatMiB)),
    right<Row>('burst\nratio', ({ burstMs }) => shown(ratio(burstMs, reference?.burstMs), (value) => `${value.toFixed(2)}×`)),
    left<Row>(
      'left out',
      ({ configuration, dropped }) => dropped ?? (configuration === result.reference ? 'reference' : '– compare'),
    ),
  ];
  const parts = [
    drawTable(toTable(columns, rows), { width, ...options }),
    ...[describe(result, rows.length), describeUntried(result), closing(result)].map((sentence) => wrap(sentence, width)),
    ...(result.finalists.length === 0 ? [] : [command]),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** Those that came farthest first, and of these the smallest. */
function rowsOf({ rungs }: ExploreResult): Row[] {
  const last = new Map<string, Row>();
  for (const [index, { standings }] of rungs.entries())
    for (const standing of standings) last.set(standing.configuration, { ...standing, rung: index + 1 });
  const sizeOf = ({ settledBytes = Number.POSITIVE_INFINITY }: Row) => settledBytes;
  return [...last.values()].sort((a, b) => b.rung - a.rung || sizeOf(a) - sizeOf(b) || 0);
}

function ratio(value: number | undefined, of: number | undefined): number | undefined {
  return value === undefined || !of ? undefined : value / of;
}

function describe({ budgetMs, tookMs, rungs, complete }: ExploreResult, tried: number): string {
  const minutes = (milliseconds: number) => `${(milliseconds / 60_000).toFixed(1)} minutes`;
  return (
    `MiB. ${formatCount(tried)} settings in ${formatCount(rungs.length)} rungs, in ${minutes(tookMs)} of ${minutes(budgetMs)}${complete ? '' : ' (interrupted)'}. ` +
    `settled: the median of all runs. After each rung the better third goes on, with three times as many runs; one whose burst takes over twice as long is left out.`
  );
}

function describeUntried({ untried }: ExploreResult): string {
  const named = untried.slice(0, mostNamed).join('; ');
  const more = untried.length > mostNamed ? `; and ${formatCount(untried.length - mostNamed)} more, which --format=json has` : '';
  const ofSpace =
    untried.length === 0
      ? 'nothing of its space'
      : `${formatCount(untried.length)} of its space, for want of time: ${named}${more}`;
  return `Not tried: ${ofSpace}. Outside of the space: other values, flags of the JVM (--allocator=…,jvm), scudo (--allocator=…,more), your own builds.`;
}

function closing({ finalists, complete }: ExploreResult): string {
  if (!complete) return 'No candidates: it was interrupted.';
  if (finalists.length === 0) return 'No candidates: none of them ran as well as the reference.';
  return 'These are candidates and no recommendation: the best of many looks better than it is. A comparison of their own decides:';
}
