import { expect, test } from 'vitest';
import { isAsciiLocale } from '../../../src/commands/run/terminal.ts';
import { toAscii } from '../../../src/reporters/ascii.ts';

test('each character of ours has one of ASCII, so that columns stay aligned', () => {
  const text = '┌─┬┐ │█▓▒░·│ ├┼┤ └┴┘ → 3.07× “glibc’s” – …▁▂▃▄▅▆▇█';
  expect(toAscii(text)).toBe('+-++ |#%+:.| +++ +++ > 3.07x "glibc\'s" - ~_.-=+*%#');
});

test('what somebody else has chosen becomes question marks, one for a character', () => {
  expect(toAscii('naïve 漁船 🦊')).toBe('na?ve ?? ?');
});

test.each([
  [{ LANG: 'C' }, true],
  [{ LANG: 'POSIX' }, true],
  [{ LANG: 'C.UTF-8' }, false],
  [{ LANG: 'en_US.UTF-8', LC_ALL: 'C' }, true],
  [{ LANG: 'C', LC_ALL: 'C.UTF-8' }, false],
  [{ LANG: 'C', LC_CTYPE: 'de_DE.UTF-8' }, false],
  [{ LANG: 'C', LC_ALL: '' }, true],
  [{}, false],
] as const)('%j: ASCII alone is %s', (environment, isAscii) => {
  expect(isAsciiLocale(environment)).toBe(isAscii);
});
