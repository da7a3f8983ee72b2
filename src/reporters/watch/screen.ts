import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import { wrap } from '../wrap.ts';

export interface Screen {
  width: number;
  height: number;
  color: boolean;
}

/** Lines of at most `width` columns with the whole text: a word that is longer, as a path is, goes on in the next line. */
export function wrapWhole(text: string, width: number): string[] {
  return wrap(text, width)
    .split('\n')
    .flatMap((line) => breakWord(line, width));
}

/** A text in exactly `width` columns. */
export function fitCell(text: string, width: number): string {
  const cut = cliTruncate(text, width);
  return cut + ' '.repeat(Math.max(0, width - stringWidth(cut)));
}

const graphemes = new Intl.Segmenter();

function breakWord(line: string, width: number): string[] {
  if (stringWidth(line) <= width) return [line];
  const lines = [''];
  for (const { segment } of graphemes.segment(line)) {
    const last = lines.at(-1) ?? '';
    if (stringWidth(last + segment) <= width) lines[lines.length - 1] = last + segment;
    else lines.push(segment);
  }
  return lines;
}
