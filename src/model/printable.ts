/** Arguments, threads and files may be called anything: control characters would reach the terminal, and newlines forge lines. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '?');
}

/** The same for all texts of a result; a line break in one is a space. */
export function printableTexts<Value>(value: Value): Value {
  return mapTexts(value, (text) => printable(text.replaceAll(/\s*\n\s*/g, ' '))) as Value;
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [change(key), mapTexts(item, change)]));
}
