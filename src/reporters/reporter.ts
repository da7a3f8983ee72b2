import type { ResultFile } from '../model/result.ts';
import { renderCsv } from './csv.ts';
import type { Format } from './formats.ts';
import { renderHtml } from './html/result-page.ts';
import { renderMarkdown } from './markdown.ts';
import type { RenderOptions } from './render-options.ts';
import { renderTable } from './table.ts';

/** A result as text. Reporters touch no process and no file. */
export type Reporter = (result: ResultFile, options: RenderOptions) => string;

export const reporters = {
  table: renderTable,
  json: (result) => `${JSON.stringify(result, undefined, 2)}\n`,
  markdown: renderMarkdown,
  csv: renderCsv,
  html: renderHtml,
} satisfies Record<Format, Reporter>;
