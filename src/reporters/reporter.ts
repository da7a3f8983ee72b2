import { printableValues, toPrintableJson } from '../model/printable.ts';
import type { ResultFile } from '../model/result.ts';
import { renderCsv } from './csv.ts';
import type { Format } from './formats.ts';
import { renderHtml } from './html/result-page.ts';
import { renderMarkdown } from './markdown.ts';
import type { RenderOptions, TerminalOptions } from './render-options.ts';
import { renderTable } from './table.ts';

/** A result as text. Reporters touch no process and no file. */
export type Reporter = (result: ResultFile, options: RenderOptions) => string;

/** A result has the user's own command line and settings as they are, to be run again; a resumed one is another's file. JSON is exact. */
export const reporters = {
  table: (result: ResultFile, options: TerminalOptions) => renderTable(printableValues(result), options),
  json: (result) => `${toPrintableJson(result, 2)}\n`,
  markdown: (result: ResultFile) => renderMarkdown(printableValues(result)),
  csv: (result: ResultFile) => renderCsv(printableValues(result)),
  html: (result, options) => renderHtml(printableValues(result), options),
} satisfies Record<Format, Reporter>;
