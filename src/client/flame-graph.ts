import type { StackTree } from '../model/stack-tree.ts';
import { formatShare, formatSmallMiB } from '../model/units.ts';
import { child, embedded, show } from './dom.ts';
import { type Box, boxesAround, type Frame, findFrames, placeFrames } from './flame-layout.ts';

const rowPx = 19;
const narrowestPx = 1;

/** One flame graph, its root at the top. */
class FlameGraph {
  readonly #area: HTMLElement;
  readonly #details: HTMLElement;
  readonly #root: Frame;
  readonly #elements = new Map<Frame, HTMLElement>();
  readonly #frames = new WeakMap<EventTarget, Frame>();
  /** As wide as the graph. */
  #focus: Frame;
  /** Where the keyboard is. */
  #current: Frame;
  #found = new Set<Frame>();

  constructor(area: HTMLElement, details: HTMLElement, root: Frame) {
    this.#area = area;
    this.#details = details;
    this.#root = root;
    this.#focus = root;
    this.#current = root;
    area.addEventListener('click', ({ target }) => this.#at(target, (frame) => this.open(frame)));
    area.addEventListener('mouseover', ({ target }) => this.#at(target, (frame) => this.#describe(frame)));
    area.addEventListener('focusin', ({ target }) => this.#at(target, (frame) => this.#describe(frame)));
    area.addEventListener('keydown', (event) => this.#press(event));
    let width = 0;
    new ResizeObserver(() => {
      if (area.clientWidth === width) return;
      width = area.clientWidth;
      this.#draw();
    }).observe(area);
  }

  open(frame: Frame): void {
    this.#focus = frame;
    this.#current = frame;
    this.#draw();
    this.#describe(frame);
  }

  openAll(): void {
    this.open(this.#root);
  }

  find(text: string): void {
    const { found, bytes } = findFrames(this.#root, text);
    this.#found = found;
    this.#draw();
    this.#details.textContent = text === '' ? '' : `Stacks with it: ${this.#size(bytes)}.`;
  }

  #draw(): void {
    this.#elements.clear();
    const boxes = boxesAround(this.#focus, narrowestPx / Math.max(1, this.#area.clientWidth));
    this.#area.replaceChildren(...boxes.map((box) => this.#element(box)));
    this.#area.style.height = `${(Math.max(0, ...boxes.map(({ frame }) => frame.depth)) + 1) * rowPx}px`;
  }

  #element({ frame, left, width }: Box): HTMLElement {
    const element = document.createElement('div');
    const { name, bytes } = frame.data;
    element.role = 'treeitem';
    element.ariaLevel = String(frame.depth + 1);
    element.ariaSelected = String(frame === this.#focus);
    element.ariaLabel = `${name}, ${this.#size(bytes)}`;
    element.tabIndex = frame === this.#current ? 0 : -1;
    element.className = `frame ${languageOf(name)}`;
    element.classList.toggle('found', this.#found.has(frame));
    element.classList.toggle('caller', frame.depth < this.#focus.depth);
    element.style.cssText = `left:${(left * 100).toFixed(4)}%;width:${(width * 100).toFixed(4)}%;top:${frame.depth * rowPx}px`;
    element.textContent = name;
    this.#elements.set(frame, element);
    this.#frames.set(element, frame);
    return element;
  }

  #at(target: EventTarget | null, act: (frame: Frame) => void): void {
    const frame = target === null ? undefined : this.#frames.get(target);
    if (frame) act(frame);
  }

  #describe({ data }: Frame): void {
    this.#details.textContent = `${data.name}: ${this.#size(data.bytes)}`;
  }

  #size(bytes: number): string {
    return `${formatSmallMiB(bytes)} MiB, ${formatShare(bytes, this.#root.data.bytes)}`;
  }

  #press(event: KeyboardEvent): void {
    const { key, ctrlKey, altKey, metaKey } = event;
    if (ctrlKey || altKey || metaKey) return;
    if (key === 'Enter' || key === ' ') this.open(this.#current);
    else if (key === 'Escape') this.openAll();
    else {
      const next = neighbour(this.#current, key);
      if (next === undefined) return;
      this.#step(next);
    }
    event.preventDefault();
    this.#elements.get(this.#current)?.focus();
  }

  /** To a frame that is drawn. */
  #step(frame: Frame): void {
    const element = this.#elements.get(frame);
    if (!element) return;
    for (const other of this.#elements.values()) other.tabIndex = -1;
    element.tabIndex = 0;
    this.#current = frame;
  }
}

/** The frame that an arrow leads to, or the same where there is none; undefined for any other key. */
function neighbour(frame: Frame, key: string): Frame | undefined {
  const siblings = frame.parent?.children ?? [frame];
  const index = siblings.indexOf(frame);
  if (key === 'ArrowDown') return frame.children?.[0] ?? frame;
  if (key === 'ArrowUp') return frame.parent ?? frame;
  if (key === 'ArrowLeft') return siblings[index - 1] ?? frame;
  if (key === 'ArrowRight') return siblings[index + 1] ?? frame;
  return undefined;
}

/** By how the profiler writes names: C++ has `::`, Java a package or a class before its method. */
function languageOf(name: string): string {
  if (name.includes('::')) return 'cpp';
  return /^[\w$]+([./][\w$<>]+)+/.test(name) ? 'java' : 'native';
}

export function startFlameGraphs(): void {
  for (const frame of document.querySelectorAll<HTMLElement>('.drawing.flame')) {
    show(frame);
    const root = placeFrames(embedded<StackTree>(frame.dataset['source']));
    const graph = new FlameGraph(child(frame, '.flame-area'), child(frame, '.flame-details'), root);
    const search = child(frame, '.flame-search');
    search.addEventListener('input', () => graph.find(search instanceof HTMLInputElement ? search.value : ''));
    child(frame, '.flame-all').addEventListener('click', () => graph.openAll());
  }
}
