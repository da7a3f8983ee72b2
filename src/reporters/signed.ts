/** A change: what rounds to nothing has no sign. */
export function signed(value: number, format: (value: number) => string): string {
  const text = format(Math.abs(value));
  if (text === format(0)) return text;
  return value > 0 ? `+${text}` : `-${text}`;
}
