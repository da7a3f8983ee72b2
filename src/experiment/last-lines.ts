const shownLines = 4;
const longestShown = 200;

/** Frames of a stack, of Java and of Node: the error above them says more. */
const frame = /^at \S/;

/** The last lines that a program wrote, for a sentence: long ones cut, blank ones and frames of a stack left out. */
export function lastLines(spoken: readonly string[]): string {
  const lines = spoken.map((line) => line.trim()).filter((line) => line !== '' && !frame.test(line));
  if (lines.length === 0) return 'it said nothing.';
  return lines
    .slice(-shownLines)
    .map((line) => (line.length > longestShown ? `${line.slice(0, longestShown)}…` : line))
    .join(' | ');
}
