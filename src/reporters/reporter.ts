import type { ResultFile } from '../model/result.ts';
import { renderCsv } from './csv.ts';
import { renderMarkdown } from './markdown.ts';
import { renderTable } from './table.ts';

export interface RenderOptions {
  color: boolean;
  /** Columns of the terminal. */
  width: number;
}

/** A result as text. Reporters touch no process and no file. */
export type Reporter = (result: ResultFile, options: RenderOptions) => string;

export const reporters = {
  table: renderTable,
  json: (result) => `${JSON.stringify(result, undefined, 2)}\n`,
  markdown: renderMarkdown,
  csv: renderCsv,
} satisfies Record<string, Reporter>;

export type Format = keyof typeof reporters;
export const formats = Object.keys(reporters) as Format[];
