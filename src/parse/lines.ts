/** Of a longer line only so much is looked at. A path has 4,096 bytes at most, which strace writes as four characters each. */
export const maxLineLength = 32 * 1024;

/** The lines of a text, one after the other: a text of nothing but newlines is no list of millions. */
export function* linesOf(text: string): Generator<string> {
  for (let from = 0; from < text.length; ) {
    const newline = text.indexOf('\n', from);
    const to = newline < 0 ? text.length : newline;
    yield text.slice(from, Math.min(to, from + maxLineLength));
    from = to + 1;
  }
}

/** What the pattern finds in the first line that it fits. */
export function matchLine(text: string, pattern: RegExp): RegExpExecArray | undefined {
  for (const line of linesOf(text)) {
    const match = pattern.exec(line);
    if (match) return match;
  }
  return undefined;
}

/** What the pattern finds in each line that it fits. */
export function* matchLines(text: string, pattern: RegExp): Generator<RegExpExecArray> {
  for (const line of linesOf(text)) {
    const match = pattern.exec(line);
    if (match) yield match;
  }
}
