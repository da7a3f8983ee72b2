import type { Cell, ResultFile } from '../../model/result.ts';
import { representativeCells } from '../../stats/representative.ts';
import { html, type Markup } from './markup.ts';

/** How many colours report.css has, `--series-0` and on; with more configurations they come again. */
export const seriesColors = 14;

/** The configurations in the order of the run's plan; blocks of repeats are shuffled, the summary is not. */
export function configurationKeys({ summary, cells }: ResultFile): string[] {
  return [...new Set([...summary.map(({ configuration }) => configuration), ...cells.map(({ configuration }) => configuration)])];
}

/** One ok cell of each configuration, in the order of the plan. */
export function representativesInOrder(result: ResultFile): Cell[] {
  const keys = configurationKeys(result);
  return representativeCells(result.cells).sort((a, b) => keys.indexOf(a.configuration) - keys.indexOf(b.configuration));
}

/** The same configuration has the same colour in the whole report. */
export function colorIndex(result: ResultFile, configuration: string): number {
  return configurationKeys(result).indexOf(configuration) % seriesColors;
}

export function configurationHeader(result: ResultFile, configuration: string): Markup {
  return html`<th scope="row"><span class="swatch s${colorIndex(result, configuration)}"></span>${configuration}</th>`;
}

/** A table that may be wider than the screen: then it is scrolled, by keyboard as well. */
export function scrollable(label: string, table: Markup): Markup {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${label}">${table}</div>`;
}
