import { median } from 'simple-statistics';
import type { NoticeOf } from '../model/notice.ts';
import type { Cell } from '../model/result.ts';

/** Of the reference's: a load that did so much more or less of its work was another load. */
const [lowestRatio, highestRatio] = [0.75, 1 / 0.75];
/** A metric whose name says that it is work in a time. */
const rateName = /per[-_.]?(?:s|sec|second|minute)$|rate|throughput|^[rqto]ps$/i;

type Uneven = Omit<NoticeOf<'uneven-load'>, 'configuration'>;

/**
 * Figures of the load by which cells of a configuration differ from the reference's by more than a third: its rates, and how long it took. Each of the reference's own cells is
 * compared with the others of it.
 */
export function findUnevenLoad(cells: readonly Cell[], referenceCells: readonly Cell[]): Uneven[] {
  const names = new Set(referenceCells.flatMap(({ metrics = {} }) => Object.keys(metrics).filter((name) => rateName.test(name))));
  const figures: [name: string, of: (cell: Cell) => number | undefined][] = [
    ...[...names].map(
      (name) => [name, (cell: Cell) => cell.metrics?.[name]?.value] as [string, (cell: Cell) => number | undefined],
    ),
    ['load time', ({ load }) => load?.wallMs],
  ];
  return figures.flatMap(([figure, of]) => {
    const ratios = cells.flatMap((cell) => {
      const [own, usual] = [
        of(cell),
        medianOf(referenceCells.filter((other) => other !== cell).flatMap((other) => of(other) ?? [])),
      ];
      return own === undefined || !usual ? [] : [own / usual];
    });
    const far = ratios.filter((ratio) => ratio < lowestRatio || ratio > highestRatio);
    const farthest = far.toSorted((a, b) => distance(b) - distance(a))[0];
    if (farthest === undefined) return [];
    return [{ code: 'uneven-load', figure, ratio: farthest, cells: far.length, ofCells: ratios.length }];
  });
}

function medianOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : median([...values]);
}

/** Half and twice are equally far. */
function distance(ratio: number): number {
  return Math.abs(Math.log(Math.max(ratio, Number.MIN_VALUE)));
}
