import { toAscii } from '../../reporters/ascii.ts';
import type { TerminalOptions } from '../../reporters/render-options.ts';

const widthWithoutTerminal = 100;
/** Below this no table can be read. */
const narrowest = 40;

/** Columns to lay sentences out in. */
export function terminalWidth(): number {
  return knownWidth() ?? widthWithoutTerminal;
}

/** Of what goes to stdout, or to the file `output`. Colours are for a person at a terminal. */
export function terminalOptions({ output, color }: { output?: string; color: boolean }): TerminalOptions {
  const isTerminal = output === undefined && process.stdout.isTTY === true;
  return {
    color: color && isTerminal && !process.env['NO_COLOR'],
    width: terminalWidth(),
    tableWidth: (output === undefined ? knownWidth() : undefined) ?? Number.POSITIVE_INFINITY,
  };
}

/** A text for people, in the characters that the locale has: plain ASCII in the locales C and POSIX. */
export function inLocale(text: string): string {
  return isAsciiLocale(process.env) ? toAscii(text) : text;
}

/**
 * Whether the first of LC_ALL, LC_CTYPE and LANG that is set (POSIX, 8.2) names a locale without UTF-8. Where none is set, which is so in most containers,
 * the terminal that shows the output is one of today, and shows UTF-8.
 */
export function isAsciiLocale({ LC_ALL, LC_CTYPE, LANG }: Partial<Record<string, string>>): boolean {
  const locale = LC_ALL || LC_CTYPE || LANG;
  return locale === 'C' || locale === 'POSIX';
}

/** Of the terminal or, where there is none, what COLUMNS says. */
function knownWidth(): number | undefined {
  const columns = process.stdout.columns ?? Number(process.env['COLUMNS']);
  return columns >= narrowest ? columns : columns > 0 ? narrowest : undefined;
}
