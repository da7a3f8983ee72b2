import { type Fragment, html, type Markup } from './markup.ts';

export interface MapFrame {
  id: string;
  /** Of the embedded tree that it is drawn from. */
  source: string;
  /** What its shares are of. */
  whole: string;
  hint: Fragment;
}

/** Of the embedded tree of the map of RSS. */
export const partsMapId = 'offheap-parts';

/** The frame of a map, which src/client/ draws; without a script a table has the same. */
export function renderMap({ id, source, whole, hint }: MapFrame): Markup {
  return html`<p class="absent warning" data-drawing="${id}">The map needs JavaScript; the tables below have its values.</p>
<div id="${id}" class="drawing map" data-source="${source}" data-whole="${whole}" hidden>
<nav class="crumbs" aria-label="Part of ${whole} that is shown"></nav>
<div class="tiles-area"></div>
<div aria-live="polite"><div class="map-notes"></div>
<ul class="map-list"></ul></div>
<p class="hint">${hint}</p>
</div>`;
}

/** `hasOwners`: malloc in use is divided by owner. */
export function renderPartsMap(hasOwners: boolean): Markup {
  const figures = hasOwners
    ? 'Owners of blocks have their part of what is resident.'
    : 'Figures of the JVM and of zlib count what was asked for, resident or not.';
  return renderMap({
    ...{ id: 'parts-map', source: partsMapId, whole: 'RSS' },
    hint: `A part with a border opens what it is made of. ${figures}`,
  });
}
