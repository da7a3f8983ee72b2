export interface BarPart {
  /** Fills the part's share of the bar. */
  glyph: string;
  bytes: number;
}

/** A bar of exactly `width` characters. A part ends at the character that its end is nearest to, so that rounding does not add up; a small one may have none. */
export function stackedBar(parts: readonly BarPart[], width: number): string {
  const totalBytes = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  let bar = '';
  let endBytes = 0;
  for (const { glyph, bytes } of parts) {
    endBytes += bytes;
    bar = bar.padEnd(Math.round((endBytes / totalBytes) * width), glyph);
  }
  return bar;
}
