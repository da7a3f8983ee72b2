import fc from 'fast-check';
import { expect } from 'vitest';

/** What would begin a line if its newline reached the output. */
const forged = '#forged';
/** Escape sequences, controls of both sets, overrides and isolates of direction, marks, characters without a width, separators, a tag, half a pair. */
const obeyed = [
  ...['\x1b[31m', '\x1b]0;title\x07', '\0', '\b', '\t', '\r', '\x7f', '\x85', '\x9b2J'],
  ...['\u202a', '\u202e', '\u2066', '\u2069', '\u200e', '\u200f', '\u061c', '\u200b', '\u200d', '\u00ad', '\ufeff'],
  ...['\u2028', '\u2029', '\u{e0041}', '\ud800', '\udc00'],
];
const shown = ['a', 'é', '😀', ' ', '/', '|', '"', "'", '<', '&', '%', '\\', '=', ';', '1'];

/** A name with all that a name should not have. */
export const hostileName: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...obeyed, `\n${forged}`, `\r\n${forged}`, ...shown), { minLength: 1, maxLength: 12 })
  .map((parts) => `x${parts.join('')}`);

/** The same without what ends a line or a word of /proc or of a JVM. */
export const hostileWord: fc.Arbitrary<string> = hostileName
  .map((name) => name.replaceAll(/[\s\0]/g, ''))
  .map((name) => `x${name}`);

/** That a text has no character that is obeyed but the newlines that its layout has made. */
export function expectPrintable(text: string): void {
  expect(/[^\n\P{Cc}]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.exec(text)?.[0].codePointAt(0)?.toString(16)).toBeUndefined();
  expect(text.split('\n').filter((line) => line.startsWith(forged))).toEqual([]);
}
