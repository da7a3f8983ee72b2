import { printable } from '../model/printable.ts';

/** A command line within `width`: the launcher and, since that is where the program's own name is, the end. */
export function abbreviateCommand(command: readonly string[], width: number): string {
  const text = printable(command.join(' '));
  const [launcher = ''] = text.split(' ', 1);
  if (text.length <= width) return text;
  const start = launcher.length < width / 2 ? `${launcher} … ` : '…';
  return start + endOf(text, width - start.length);
}

/** The last characters of a text; none of them is half of one. */
export function endOf(text: string, length: number): string {
  return text.slice(-length).replace(/^[\udc00-\udfff]/, '');
}
