import type { ReportAssets } from './html/page.ts';

export interface TerminalOptions {
  color: boolean;
  /** Columns that sentences are wrapped at. */
  width: number;
  /** Columns that a table may have; without a terminal as many as it needs, for whoever reads the file or the log. */
  tableWidth: number;
  /** Every figure and every way to write a setting; what matters alone when it is false. */
  verbose?: boolean;
}

export interface RenderOptions extends TerminalOptions {
  /** Script and style of the HTML report; asked for by that one only, since they are files. */
  assets: () => ReportAssets;
}
