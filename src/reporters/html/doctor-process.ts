import type { DoctorFile } from '../../model/doctor-file.ts';
import { formatMiB, formatSeconds } from '../../model/units.ts';
import { growthRows } from '../../stats/growth-rows.ts';
import { leastRateMs, perMinute } from '../../stats/steady-growth.ts';
import { growthFigure } from '../growth-table.ts';
import { scrollable } from './configurations.ts';
import { type FigureColumn, figuresTable } from './figures-table.ts';
import { html, type Markup } from './markup.ts';
import { definitions } from './provenance.ts';

const appliedColumns: FigureColumn<DoctorFile['applied'][number]>[] = [
  { heading: 'fix', cell: ({ kind }) => kind },
  { heading: 'measured', cell: ({ measure }) => (measure === 'live malloc' ? measure : 'RSS') },
  { heading: 'before', cell: ({ rssBeforeBytes }) => formatMiB(rssBeforeBytes) },
  { heading: 'after', cell: ({ rssAfterBytes }) => formatMiB(rssAfterBytes) },
  { heading: 'predicted', cell: ({ predictedBytes }) => (predictedBytes === undefined ? '' : formatMiB(predictedBytes)) },
  { heading: 'less by', cell: ({ actualBytes }) => formatMiB(actualBytes) },
  { heading: 'error', cell: ({ errorShare }) => (errorShare === undefined ? '' : `${(100 * errorShare).toFixed(2)} %`) },
];
/** Of a collection. */
const freedColumns: typeof appliedColumns = [
  {
    heading: 'Java objects freed',
    cell: ({ javaHeap }) => (javaHeap ? formatMiB(javaHeap.usedBeforeBytes - javaHeap.usedAfterBytes) : ''),
  },
  { heading: 'malloc freed', cell: ({ freedBlocksBytes }) => (freedBlocksBytes === undefined ? '' : formatMiB(freedBlocksBytes)) },
];

export function renderApplied({ applied }: DoctorFile): Markup | undefined {
  if (applied.length === 0) return undefined;
  const caption =
    'What was predicted of a fix, where that can be told, and what became of it, in MiB. Error: predicted less actual, as a share of before.';
  const table = figuresTable(
    caption,
    [...appliedColumns, ...(applied.some(({ kind }) => kind === 'gc') ? freedColumns : [])],
    applied,
  );
  const reasons = applied.flatMap((fix) => fix.reasons);
  return html`${scrollable('Fixes tried', table)}${reasons.length > 0 && html`<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`}`;
}

export interface Change {
  name: string;
  before: string;
  after: string;
  difference: string;
  /** Of a growth. */
  perMinute?: string;
}

/** Figures of two looks. */
export function renderChanges(caption: string, rows: readonly Change[], [first, second]: readonly [string, string]): Markup {
  const columns: FigureColumn<Change>[] = [
    { heading: 'what', cell: ({ name }) => name },
    { heading: first, cell: ({ before }) => before },
    { heading: second, cell: ({ after }) => after },
    { heading: 'difference', cell: ({ difference }) => difference },
    ...(rows.some(({ perMinute }) => perMinute !== undefined)
      ? [{ heading: 'a minute', cell: ({ perMinute }: Change) => perMinute }]
      : []),
  ];
  return scrollable('What changed', figuresTable(caption, columns, rows));
}

/** With `--for`: the two looks. Undefined where there was one. */
export function renderGrowth({ evidence }: DoctorFile): Markup | undefined {
  const { growth } = evidence;
  if (!growth) return undefined;
  const { intervalMs } = growth;
  const rows = growthRows(evidence, growth).map(({ what, before, after, unit }) => {
    const format = (value: number) => growthFigure(value, unit);
    const change = { name: what, before: format(before), after: format(after), difference: signed(after - before, format) };
    return intervalMs < leastRateMs ? change : { ...change, perMinute: signed(perMinute(after - before, intervalMs), format) };
  });
  return renderChanges(`Two looks, ${formatSeconds(intervalMs)} apart.`, rows, ['first look', 'second look']);
}

/** Undefined where one of the two looks does not have it. */
export function changeOf(
  name: string,
  after: number | undefined,
  difference: number | undefined,
  format: (value: number) => string,
): Change | undefined {
  if (after === undefined || difference === undefined) return undefined;
  return { name, before: format(after - difference), after: format(after), difference: signed(difference, format) };
}

export function signed(value: number, format: (value: number) => string): string {
  const text = format(Math.abs(value));
  if (text === format(0)) return text;
  return value > 0 ? `+${text}` : `−${text}`;
}

export function renderProcess({ evidence, blindSpots, durationMs }: DoctorFile): Markup {
  const { allocator, jvm, cgroup } = evidence;
  const environment = Object.entries(allocator.environment).map(([name, value]) => html`<code>${name}=${value}</code><br>`);
  return html`${definitions([
    ['command', html`<code class="long">${evidence.command.join(' ')}</code>`],
    ['looking took', formatSeconds(durationMs)],
    ['allocator', html`${allocator.name} <code>${allocator.library}</code>`],
    ['its settings', environment.length > 0 && environment],
    ['JVM', jvm && [jvm.vendor, jvm.collector].filter((part) => part !== undefined).join(', ')],
    ['flags', jvm && jvm.flags.length > 0 && html`<code class="long">${jvm.flags.join(' ')}</code>`],
    ['cgroup', cgroup && describeCgroup(cgroup)],
  ])}
${blindSpots.length > 0 && html`<h3>Could not be looked at</h3><ul>${blindSpots.map(({ instrument, reason, cure }) => html`<li>${instrument}: ${reason} ${cure && html`<code>${cure}</code>`}</li>`)}</ul>`}`;
}

function describeCgroup({ version, usageBytes }: NonNullable<DoctorFile['evidence']['cgroup']>): string {
  return usageBytes === undefined ? `version ${version}` : `version ${version}, ${formatMiB(usageBytes)} MiB in use`;
}
