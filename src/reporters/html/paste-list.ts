import type { PasteLine } from '../paste-lines.ts';
import { html, type Markup } from './markup.ts';

/** Lines to paste, with a button each that copies the line; the script of the page shows the buttons. */
export function pasteList(lines: readonly PasteLine[]): Markup | undefined {
  if (lines.length === 0) return undefined;
  return html`<dl class="paste">${lines.map(
    ({ where, line }) =>
      html`<div><dt>${where}</dt><dd><code>${line}</code><button type="button" class="copy" hidden aria-label="Copy: ${where}">Copy</button></dd></div>`,
  )}</dl>`;
}
