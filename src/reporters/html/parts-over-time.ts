import { type Cell, phaseNames, type ResultFile } from '../../model/result.ts';
import { formatMiB, formatSeconds } from '../../model/units.ts';
import { type PartsOverTime, partsOverTime, type StackedPart, stackedParts } from '../../stats/parts-over-time.ts';
import { colorIndex, representativesInOrder } from './configurations.ts';
import { html, type Markup } from './markup.ts';

/** As many as can be told apart in a small chart. */
const moments = 160;
/** Of a chart; its element stretches it. */
const [width, height] = [600, 150];
const classes: Record<StackedPart, string> = {
  'java heap': 'part-heap',
  'live in malloc': 'part-in-use',
  'other native': 'part-kept',
  files: 'part-files',
};

interface Drawn {
  cell: Cell;
  stacked: PartsOverTime;
}

/** A chart per configuration of what RSS was made of, all on one scale. Of repeats, the one with the median settled RSS. */
export function renderPartsOverTime(result: ResultFile): Markup | undefined {
  const drawn = representativesInOrder(result).flatMap((cell) => {
    const stacked = partsOverTime(cell, moments);
    return stacked ? [{ cell, stacked }] : [];
  });
  if (drawn.length === 0) return undefined;
  const scale = {
    bytes: Math.max(
      1,
      ...drawn.flatMap(({ stacked }) => stacked.atMs.map((_, index) => levelBelow(stacked, stackedParts.length, index))),
    ),
    ms: Math.max(1, ...drawn.map(({ stacked }) => spanOf(stacked))),
  };
  const seen = stackedParts.filter((part) => drawn.some(({ stacked }) => hasPart(stacked, part)));
  return html`<p class="key">${seen.map((part) => html`<span class="swatch ${classes[part]}"></span>${part} `)}</p>
<p class="hint">Other native: what glibc or another allocator keeps, and what is not malloc's. All charts reach to ${formatMiB(scale.bytes)} MiB and ${formatSeconds(scale.ms)}; time counts from the first moment at which all parts are known. Lines are phases.</p>
<div class="charts">${drawn.map((chart) => renderChart(result, chart, scale))}</div>`;
}

interface Scale {
  bytes: number;
  ms: number;
}

function renderChart(result: ResultFile, { cell, stacked }: Drawn, scale: Scale): Markup {
  const { configuration, phases } = cell;
  const x = (atMs: number) => (((atMs - (stacked.atMs[0] ?? 0)) / scale.ms) * width).toFixed(1);
  const y = (bytes: number) => (height - (bytes / scale.bytes) * height).toFixed(1);
  const areas = stackedParts.map((part, order) => {
    const upper = stacked.atMs.map((at, index) => `${x(at)},${y(levelBelow(stacked, order + 1, index))}`);
    const lower = stacked.atMs.map((at, index) => `${x(at)},${y(levelBelow(stacked, order, index))}`).reverse();
    return html`<polygon class="${classes[part]}" points="${[...upper, ...lower].join(' ')}"/>`;
  });
  const seen = phaseNames.flatMap((name) => phases[name] ?? []).filter(({ atMs }) => atMs >= (stacked.atMs[0] ?? 0));
  const lines = seen.map(({ atMs }) => html`<line x1="${x(atMs)}" x2="${x(atMs)}" y1="0" y2="${height}"/>`);
  return html`<figure><figcaption><span class="swatch s${colorIndex(result, configuration)}"></span>${configuration}</figcaption>
<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="${configuration}: ${describeEnd(stacked)}">${areas}${lines}</svg>
<p class="parts">${describeEnd(stacked)}</p></figure>\n`;
}

function describeEnd(stacked: PartsOverTime): string {
  const last = stacked.atMs.length - 1;
  const seen = stackedParts.filter((part) => hasPart(stacked, part));
  return `at the end, MiB: ${seen.map((part) => `${part} ${formatMiB(stacked.parts[part][last] ?? 0)}`).join(', ')}`;
}

function hasPart({ parts }: PartsOverTime, part: StackedPart): boolean {
  return parts[part].some((bytes) => bytes > 0);
}

/** The sum of the first parts. */
function levelBelow({ parts }: PartsOverTime, count: number, index: number): number {
  return stackedParts.slice(0, count).reduce((sum, part) => sum + (parts[part][index] ?? 0), 0);
}

function spanOf({ atMs }: PartsOverTime): number {
  return (atMs.at(-1) ?? 0) - (atMs[0] ?? 0);
}
