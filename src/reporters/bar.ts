const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A share as a bar of at most `width` characters, in eighths of one, so that small parts can be seen. */
export function bar(share: number, width: number): string {
  const units = Math.round(Math.max(0, Math.min(1, share)) * width * 8);
  return '█'.repeat(Math.floor(units / 8)) + (eighths[units % 8] ?? '');
}
