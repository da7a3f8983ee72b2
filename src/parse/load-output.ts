import type { LoadFigures, LoadFormat } from '../model/load-format.ts';
import { parseHey } from './load-hey.ts';
import { parseJmeter } from './load-jmeter.ts';
import { parseK6 } from './load-k6.ts';
import { parseVegeta } from './load-vegeta.ts';
import { parseWrk } from './load-wrk.ts';

const parsers: Readonly<Record<LoadFormat, (text: string) => LoadFigures>> = {
  wrk: parseWrk,
  hey: parseHey,
  vegeta: parseVegeta,
  k6: parseK6,
  jmeter: parseJmeter,
};

/** The figures in what a load of a named kind has printed; undefined where there are none. */
export function parseLoadOutput(format: LoadFormat, text: string): LoadFigures | undefined {
  const figures = parsers[format](text);
  return Object.keys(figures).length === 0 ? undefined : figures;
}
