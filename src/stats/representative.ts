import type { Cell } from '../model/result.ts';

/** Of each configuration the ok cell with the median settled RSS: one that was measured, and so its figures belong together. */
export function representativeCells(cells: readonly Cell[]): Cell[] {
  const ok = cells.filter((cell) => cell.state === 'ok');
  return [...new Set(ok.map((cell) => cell.configuration))].flatMap((key) => {
    const own = ok.filter((cell) => cell.configuration === key);
    const sorted = own.sort((a, b) => (a.phases.settled?.rssBytes ?? 0) - (b.phases.settled?.rssBytes ?? 0));
    return sorted[Math.floor((sorted.length - 1) / 2)] ?? [];
  });
}
