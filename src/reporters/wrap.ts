/** A figure stays with its unit. */
const breakable = / (?!(?:%|[KMG]iB|m?s)(?:\W|$))/;

/** Breaks at spaces, so that no line is longer than `width` unless one word is. */
export function wrap(text: string, width: number): string {
  return fill(text.split(breakable), width, ' ');
}

/** The same of items that are not broken. */
export function wrapItems(items: readonly string[], width: number): string {
  return fill(items, width, '   ');
}

function fill(items: readonly string[], width: number, gap: string): string {
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + gap.length + item.length <= width) lines[lines.length - 1] = last + gap + item;
    else lines.push(item);
  }
  return lines.join('\n');
}
