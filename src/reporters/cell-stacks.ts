import type { Cell, ResultFile } from '../model/result.ts';
import { formatMiB } from '../model/units.ts';
import { representativeCells } from '../stats/representative.ts';

/** An Inflater has two: its state comes when it is made, its window when it is first used. */
const stacksShown = 2;
const framesShown = 8;

/** With --stacks a paragraph per configuration: the stacks that held most at the end of the burst. */
export function stackParagraphs({ cells }: Pick<ResultFile, 'cells'>): string[] {
  return representativeCells(cells).flatMap((cell) => (cell.stacks ? describe(cell, cell.stacks) : []));
}

function describe({ configuration, phases }: Cell, { bytes, top, flameGraphFile }: NonNullable<Cell['stacks']>): string {
  const liveBytes = phases.loaded?.liveBytes;
  const whole = liveBytes === undefined ? '' : ` of ${formatMiB(liveBytes)}`;
  const head = `${configuration}: stacks of ${formatMiB(bytes)}${whole} MiB live at the end of the burst; flame graph: ${flameGraphFile}`;
  const stacks = top
    .slice(0, stacksShown)
    .flatMap((stack) => [
      `  ${formatMiB(stack.bytes)} MiB`,
      ...stack.frames.slice(0, framesShown).map((frame) => `    at ${frame}`),
    ]);
  return [head, ...stacks].join('\n');
}
