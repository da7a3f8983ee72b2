import type { ReportAssets } from './html/page.ts';

export interface TerminalOptions {
  color: boolean;
  /** Columns of the terminal. */
  width: number;
}

export interface RenderOptions extends TerminalOptions {
  /** Script and style of the HTML report; asked for by that one only, since they are files. */
  assets: () => ReportAssets;
}
