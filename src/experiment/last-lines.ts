const shownLines = 4;
const longestShown = 200;

/** The last lines that a program wrote, for a sentence: long ones cut, blank ones left out. */
export function lastLines(spoken: readonly string[]): string {
  const lines = spoken.map((line) => line.trim()).filter((line) => line !== '');
  if (lines.length === 0) return 'it said nothing.';
  return lines
    .slice(-shownLines)
    .map((line) => (line.length > longestShown ? `${line.slice(0, longestShown)}…` : line))
    .join(' | ');
}
