import { html, type Markup } from './markup.ts';

/** Of the embedded tree that the map is drawn from. */
export const partsMapId = 'offheap-parts';

/** The frame of the map, which src/client/ draws; without a script the account of every part has the same. */
export function renderPartsMap(): Markup {
  return html`<p class="absent warning" data-drawing="parts-map">The map needs JavaScript; the tables below have its values.</p>
<div id="parts-map" class="drawing" data-source="${partsMapId}" hidden>
<nav class="crumbs" aria-label="Part of RSS that is shown"></nav>
<div class="tiles-area"></div>
<ul class="map-list"></ul>
<p class="hint">A part with a border opens what it is made of. Figures of the JVM and of zlib count what was asked for, resident or not.</p>
</div>`;
}
