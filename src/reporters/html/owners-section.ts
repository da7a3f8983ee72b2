import type { Owner, OwnersEvidence, UnownedSize } from '../../model/owners.ts';
import { formatCount, formatPercentDown, formatSmallMiB } from '../../model/units.ts';
import { describeHolders } from '../owner-holders.ts';
import { type OwnerRow, ownerRows } from '../owner-rows.ts';
import { describeGaps, describeOwner, describeUnowned } from '../owner-sentences.ts';
import { unsizedColumns } from '../owners-table.ts';
import { listUnownedSizes } from '../unowned-sizes.ts';
import { scrollable } from './configurations.ts';
import { figuresTable } from './figures-table.ts';
import { html, type Markup } from './markup.ts';
import { renderMap } from './parts-map.ts';

/** Of the embedded tree that the map of owners is drawn from. */
export const ownersMapId = 'offheap-owners-map';

const unsizedCaption = 'Classes whose objects hold addresses in the allocator’s memory, those with most addresses first.';

/** The map of owners, and a table that says the same. */
export function renderOwners(look: OwnersEvidence, top: number): Markup {
  const { listed, rows } = ownerRows(look, top);
  if (look.unsized)
    return html`${scrollable('Classes', figuresTable(unsizedCaption, unsizedColumns, rows))}${renderDetails(listed)}`;
  const map = renderMap({
    ...{ id: 'owners-map', source: ownersMapId, whole: 'the blocks in use' },
    hint: 'Each owner is as large as its blocks. A click or Enter opens it: what the blocks are, and who holds its objects. Esc goes back.',
  });
  return html`${map}${scrollable('Owners of blocks', ownersTable(rows))}${renderDetails(listed)}`;
}

function ownersTable(rows: readonly OwnerRow[]): Markup {
  const swatch = ({ ownerKind }: OwnerRow) =>
    ownerKind === undefined ? undefined : html`<span class="swatch part-owner-${ownerKind}"></span>`;
  return html`<table class="regions owners">
<caption>Each block of malloc in use has one owner, so the rows sum up to all of them. Sizes in MiB, resident or not. <em>Itself</em>: blocks to which the owner points; the others are behind these.</caption>
<thead><tr><th scope="col">owner</th><th scope="col" class="text">kind</th><th scope="col">objects</th><th scope="col">blocks</th><th scope="col">itself</th><th scope="col">MiB</th><th scope="col" class="text">share</th></tr></thead>
<tbody>${rows.map(
    (
      row,
    ) => html`<tr${row.isSum && html` class="sum"`}><th scope="row">${swatch(row)}${row.name}</th><td class="text">${row.kind}</td><td>${row.objects !== undefined && formatCount(row.objects)}</td>
<td>${formatCount(row.blocks)}</td><td>${row.directBytes !== undefined && formatSmallMiB(row.directBytes)}</td><td><b>${formatSmallMiB(row.bytes)}</b></td>${renderShare(row)}</tr>\n`,
  )}</tbody>
</table>`;
}

function renderShare({ share, isSum }: OwnerRow): Markup {
  const bar = html`<span class="track" aria-hidden="true"><span class="bar" style="width:${(100 * share).toFixed(2)}%"></span></span>`;
  return html`<td class="wide"><span class="measure short">${isSum ? undefined : bar}
<span class="parts">${formatPercentDown(share)}</span></span></td>`;
}

/** What the map tells where an owner is open. */
function renderDetails(owners: readonly Owner[]): Markup {
  return html`${owners.map((owner) => {
    const said = describeOwner(owner);
    const { sentence, path = [] } = describeHolders(owner) ?? {};
    if (said.length === 0 && sentence === undefined) return undefined;
    return html`<article class="owner"><h3>${owner.name}</h3>${said.map((text) => html`<p class="sentence">${text}</p>`)}
${sentence !== undefined && html`<p class="sentence">${sentence}</p>`}${path.length > 0 && html`<ol class="way">${path.map((line) => html`<li><code>${line.trimStart()}</code></li>`)}</ol>`}</article>\n`;
  })}`;
}

/** Blocks to which nothing points, by size; undefined where they are few. */
export function renderUnowned(look: OwnersEvidence): Markup | undefined {
  const said = describeUnowned(look);
  if (said === undefined) return undefined;
  const { columns, rows } = listUnownedSizes(look.unowned.sizes);
  const cells = columns.map(({ heading, cell }) => ({ heading, cell: (size: UnownedSize) => toLines(cell(size)) }));
  const caption = 'By the size of their chunks, those with most bytes first, with the address of one.';
  return html`<p class="sentence">${said}</p>${scrollable('Blocks of nobody', figuresTable(caption, cells, rows))}`;
}

function toLines(text: string): Markup {
  return html`${text.split('\n').map((line, index) => html`${index > 0 && html`<br>`}${line}`)}`;
}

export function renderGaps(look: OwnersEvidence): Markup | undefined {
  const gaps = describeGaps(look);
  return gaps.length === 0 ? undefined : html`<ul>${gaps.map((text) => html`<li>${text}</li>`)}</ul>`;
}
