import type { DoctorFile } from '../../model/doctor-file.ts';
import type { ResultFile } from '../../model/result.ts';
import { formatMiB, formatSeconds, formatSmallMiB } from '../../model/units.ts';
import { representativesInOrder, scrollable } from './configurations.ts';
import { renderFlameGraph, type Stacks } from './flame-section.ts';
import { html, type Markup } from './markup.ts';

/** The cell of each configuration that was profiled. */
export function profiledCells(result: ResultFile): { configuration: string; stacks: Stacks }[] {
  return representativesInOrder(result).flatMap(({ configuration, stacks }) => (stacks ? [{ configuration, stacks }] : []));
}

/** Of each configuration that was profiled the stacks that hold most. */
export function renderCellStacks(result: ResultFile): Markup | undefined {
  const cells = profiledCells(result);
  if (cells.length === 0) return undefined;
  return html`<p>Native memory that was live at the end of the burst, by the stack that allocated it. The profiler was in the
process from its start, so that it took more time and memory than without. It leaves out what several threads allocate at the same moment: sizes are lower bounds.</p>
${cells.map(({ configuration, stacks }, index) => html`<h3>${configuration}</h3>${renderStacks(stacks, index, configuration)}`)}`;
}

export function renderDoctorStacks({ stacks }: DoctorFile): Markup | undefined {
  if (!stacks) return undefined;
  return html`<p>What was allocated in ${formatSeconds(stacks.intervalMs)} and not freed, sampled.</p>${renderStacks(stacks, 0, 'this process')}`;
}

function renderStacks({ bytes, top, collapsedFile, flameGraphFile }: Stacks, index: number, whose: string): Markup {
  if (top.length === 0) return html`<p>No stack was recorded.</p>`;
  return html`<p>${formatSmallMiB(bytes)} MiB in all.</p>${renderFlameGraph(index, `Stacks of ${whose}`)}
<details><summary>The largest stacks as lists, the innermost frame first</summary>
${top.map((stack) => html`<details><summary>${formatSmallMiB(stack.bytes)} MiB</summary><ol>${stack.frames.map((frame) => html`<li><code>${frame}</code></li>`)}</ol></details>\n`)}
<p class="hint">Where it was measured: all stacks as text in <code>${collapsedFile}</code>, as a flame graph in <code>${flameGraphFile}</code>.</p></details>`;
}

export function renderPeek({ peek = [] }: DoctorFile): Markup | undefined {
  if (peek.length === 0) return undefined;
  const table = html`<table class="figures">
<caption>Pages of the largest mappings, sampled: what they look like, and text that is in them.</caption>
<thead><tr><th scope="col">mapping</th><th scope="col" class="text">whose</th><th scope="col">RSS MiB</th><th scope="col" class="text">pages looked at</th><th scope="col" class="text">text in them</th></tr></thead>
<tbody>${peek.map(({ start, name, rssBytes, contents, excerpts }) => {
    const kinds = Object.entries(contents).sort(([, a], [, b]) => b - a);
    return html`<tr><th scope="row">${start.toString(16)}</th><td class="text">${name}</td><td>${formatMiB(rssBytes)}</td><td class="text">${kinds.map(([kind, pages]) => html`${pages} ${kind}<br>`)}</td><td class="text">${excerpts.map((excerpt) => html`<code>${excerpt}</code><br>`)}</td></tr>\n`;
  })}</tbody>
</table>`;
  return scrollable('What mappings hold', table);
}
