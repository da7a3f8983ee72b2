import type { StackTree } from '../../model/stack-tree.ts';
import { toStackTree } from '../../stats/stack-tree.ts';
import { html, type Markup } from './markup.ts';

/** Stacks of a doctor's result or of a cell; files of earlier versions have no tree. */
export interface Stacks {
  bytes: number;
  top: readonly { bytes: number; frames: readonly string[] }[];
  tree?: StackTree;
  collapsedFile: string;
  flameGraphFile: string;
}

const idOf = (index: number) => `offheap-stacks-${index}`;

/** What the flame graphs of a page are drawn from. */
export function flameData(all: readonly Stacks[]): { id: string; content: StackTree }[] {
  return all.map(({ tree, top }, index) => ({ id: idOf(index), content: tree ?? treeOf(top) }));
}

function treeOf(top: Stacks['top']): StackTree {
  return toStackTree(top.map(({ bytes, frames }) => ({ bytes, frames: frames.toReversed() })));
}

/** The frame of one flame graph, which src/client/ draws. @param index of its stacks among those of the page. */
export function renderFlameGraph(index: number, label: string): Markup {
  return html`<div class="drawing flame" data-source="${idOf(index)}" hidden>
<div class="toolbar"><label>find <input type="search" class="flame-search" spellcheck="false" autocomplete="off"></label>
<button type="button" class="flame-all">All</button></div>
<p class="flame-details" role="status"></p>
<div class="flame-area" role="tree" aria-label="${label}"></div>
<p class="hint">Callers are above what they call; width is bytes. Click or Enter opens a frame; ↓ its largest callee, ↑ its caller, ← → beside it, Esc all.</p>
</div>`;
}
