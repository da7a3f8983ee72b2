import { formatShare, formatSmallMiB } from '../model/units.ts';
import type { MapNode } from '../stats/map-node.ts';
import { child, embedded, show } from './dom.ts';
import { layOut, shownParts, type Tile } from './treemap-layout.ts';

/** A smaller part has no room for its name. */
const namedPx = { width: 28, height: 16 };

/** A map of RSS, or of owners: one part is open at a time, and shows what it is made of. */
class PartsMap {
  readonly #area: HTMLElement;
  readonly #crumbs: HTMLElement;
  readonly #list: HTMLElement;
  readonly #notes: HTMLElement;
  /** What the figures are shares of. */
  readonly #whole: string;
  /** From the whole to the part that is open. */
  #path: MapNode[];

  constructor(frame: HTMLElement, root: MapNode) {
    this.#area = child(frame, '.tiles-area');
    this.#crumbs = child(frame, '.crumbs');
    this.#list = child(frame, '.map-list');
    this.#notes = child(frame, '.map-notes');
    this.#whole = frame.dataset['whole'] ?? root.name;
    this.#path = [root];
    frame.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape' && this.#path.length > 1) this.#open(this.#path.slice(0, -1));
    });
    let width = 0;
    new ResizeObserver(() => {
      if (this.#area.clientWidth === width) return;
      width = this.#area.clientWidth;
      this.#draw();
    }).observe(this.#area);
  }

  #open(path: MapNode[]): void {
    this.#path = path;
    this.#draw();
    // What had the focus is gone.
    (this.#area.querySelector('button') ?? this.#crumbs.querySelector('button'))?.focus({ preventScroll: true });
  }

  #draw(): void {
    const focus = this.#path.at(-1);
    if (!focus) return;
    const { clientWidth, clientHeight } = this.#area;
    this.#area.replaceChildren(...layOut(focus, clientWidth, clientHeight).map((tile) => this.#tile(tile)));
    this.#notes.replaceChildren(...(focus.notes ?? []).map(noteOf));
    // Of the whole itself the page has a table.
    this.#list.replaceChildren(...(this.#path.length > 1 ? shownParts(focus).map((part) => this.#item(part)) : []));
    this.#crumbs.replaceChildren(...this.#path.map((node, index) => this.#crumb(node, index)));
  }

  #tile({ node, level, left, top, width, height }: Tile): HTMLElement {
    const opens = level === 1 && node.parts !== undefined;
    const element = document.createElement(opens ? 'button' : 'div');
    element.className = `tile level-${level} part-${node.kind}`;
    element.style.cssText = `left:${left}px;top:${top}px;width:${width}px;height:${height}px`;
    if (width >= namedPx.width && height >= namedPx.height) element.textContent = `${node.name} ${formatSmallMiB(node.bytes)}`;
    else element.classList.add('unnamed');
    element.title = this.#describe(node);
    if (level === 2) element.ariaHidden = 'true';
    if (element instanceof HTMLButtonElement) {
      element.type = 'button';
      element.ariaLabel = `${this.#describe(node)}. Open`;
      element.addEventListener('click', () => this.#open([...this.#path, node]));
    }
    return element;
  }

  /** The smallest have no name in the map. */
  #item(part: MapNode): HTMLElement {
    const element = document.createElement('li');
    element.textContent = this.#describe(part);
    return element;
  }

  #describe({ name, bytes }: MapNode): string {
    return `${name}: ${formatSmallMiB(bytes)} MiB, ${formatShare(bytes, this.#path[0]?.bytes ?? 0)} of ${this.#whole}`;
  }

  #crumb(node: MapNode, index: number): HTMLElement {
    const isOpen = index === this.#path.length - 1;
    const element = document.createElement(isOpen ? 'b' : 'button');
    element.textContent = isOpen ? `${node.name} ${formatSmallMiB(node.bytes)} MiB` : node.name;
    if (element instanceof HTMLButtonElement) {
      element.type = 'button';
      element.addEventListener('click', () => this.#open(this.#path.slice(0, index + 1)));
    }
    return element;
  }
}

/** An indented line is a name of code. */
function noteOf(note: string): HTMLElement {
  const element = document.createElement(note.startsWith(' ') ? 'code' : 'p');
  element.textContent = note.trimStart();
  return element;
}

export function startPartsMaps(): void {
  for (const frame of document.querySelectorAll<HTMLElement>('.drawing.map')) {
    show(frame);
    new PartsMap(frame, embedded<MapNode>(frame.dataset['source']));
  }
}
