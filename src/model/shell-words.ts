/** A word as a shell takes it: in quotes where it has signs of a shell's own. */
export function shellQuoted(word: string): string {
  return /^[\w./:=,+%@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Words as a line that a shell takes apart into the same words. */
export function shellLine(words: readonly string[]): string {
  return words.map(shellQuoted).join(' ');
}
