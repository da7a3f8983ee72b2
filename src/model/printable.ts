/**
 * What a terminal, an editor or a browser obeys rather than shows: controls of both sets, format characters (those that turn the direction of what follows,
 * and those without a width), separators of lines and paragraphs, and halves of a surrogate pair. They are Unicode's categories Cc, Cf, Zl, Zp and Cs.
 */
const obeyed = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
/** Of all that a result has of them. A path has 4,096 bytes at most, the name of a class 64 KiB, that of a Java thread no end. */
export const longestName = 1024;
const obeyedWithinLine = /[^\n\P{Cc}]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * A text that somebody else chose, as it may be printed: every such character as its number, `\u{202e}`, so that two names stay two. To be called where the
 * text is read; what is to be opened again, or compared byte by byte, is kept as it was.
 */
export function printable(text: string): string {
  return text.replaceAll(obeyed, toNumber);
}

/** The same of a text of several lines, which stay lines. */
export function printableLines(text: string): string {
  return text.replaceAll(obeyedWithinLine, toNumber);
}

/** The same of a name, or another text that is a part of a line: of more than 1,024 characters the first, and how many more there are. */
export function printableName(text: string): string {
  const more = text.length - longestName;
  return more > 0 ? `${printable(text.slice(0, longestName))}… (${more} characters more)` : printable(text);
}

/** A value of JSON with its texts printable, keys included. What has none that is not is returned itself. */
export function printableValues<Value>(value: Value): Value {
  if (typeof value === 'string') return printable(value) as Value;
  if (Array.isArray(value)) {
    const values = value.map(printableValues);
    return values.every((item, index) => Object.is(item, value[index])) ? value : (values as Value);
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const shown = entries.map(([key, item]) => [printable(key), printableValues(item)] as const);
  const isSame = shown.every(([key, item], index) => key === entries[index]?.[0] && Object.is(item, entries[index]?.[1]));
  return isSame ? value : (Object.fromEntries(shown) as Value);
}

/** JSON whose text has no such character either: they are written as JSON's own escapes, so that the values are exact. */
export function toPrintableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replaceAll(obeyedWithinLine, toJsonEscape);
}

function toNumber(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** One for each half of a surrogate pair. */
function toJsonEscape(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    const unit = character.charCodeAt(index).toString(16);
    return `\\u${unit.padStart(4, '0')}`;
  }).join('');
}
